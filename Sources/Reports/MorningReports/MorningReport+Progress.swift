import Reports

extension MorningReport {
    /// Success and throughput by night and task.
    var progress: Report.Section? {
        let names = taskNames
        guard nights.count > 1, !names.isEmpty else { return nil }
        let (shown, more) = firstRows(names, limit: 12)
        let blocks = [
            multiples("Success by night", shown, isShare: true) { $0.success },
            multiples("Successes an hour by night", shown, isShare: false) { $0.throughput },
        ].filter { !$0.charts.isEmpty }.map(Report.Block.intervals)
        return Report.Section(
            "Night by night", more.isEmpty ? blocks : blocks + [.paragraph("\(more) tasks")])
    }

    /// Tasks in which a policy drove, those with most episodes first.
    private var taskNames: [String] {
        var counts: [String: Int] = [:]
        for task in nights.flatMap(\.tasks) where task.autonomous.labelled > 0 {
            counts[task.task, default: 0] += task.autonomous.labelled
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    private func multiples(
        _ title: String, _ names: [String], isShare: Bool, _ estimate: (Tally) -> Estimate?
    ) -> Report.IntervalMultiples {
        Report.IntervalMultiples(
            title: title,
            charts: names.compactMap { name in
                let known = nights.contains { night in
                    night.tasks.contains { $0.task == name && estimate($0.autonomous) != nil }
                }
                return known
                    ? Report.IntervalMultiples.Chart(
                        name,
                        nights.map { night in
                            let task = night.tasks.first { $0.task == name }
                            let found = task.flatMap { estimate($0.autonomous) }
                            return Report.IntervalMultiples.Point(
                                night.label, found?.value ?? .nan, lower: found?.lower ?? .nan,
                                upper: found?.upper ?? .nan)
                        }) : nil
            }, marks: releases, isShare: isShare,
            note: "Episodes in which a policy drove; bars are 95 % intervals.")
    }

    /// A release of one night drives from the next on.
    private var releases: [Report.IntervalMultiples.Mark] {
        nights.indices.dropLast().compactMap { index in
            guard let release = nights[index].released.last else { return nil }
            return Report.IntervalMultiples.Mark(
                index: index + 1, label: "from \(nights[index + 1].label): release \(release)")
        }
    }
}
