import Reports

extension MorningReport {
    /// What came in, beside the nights before.
    var arrivals: Report.Section {
        guard let night = tonight, night.total.episodes > 0 else {
            return Report.Section(
                "What came in", [.paragraph("Nothing new since the night before.")])
        }
        return Report.Section(
            "What came in", [.tiles(tiles(night.total))] + breakdowns.compactMap(trends))
    }

    private func tiles(_ tally: Tally) -> [Report.Tile] {
        let totals = nights.map(\.total)
        return [
            Report.Tile(
                "new episodes", shortNumber(Double(tally.episodes)),
                note: usual(totals.map { Double($0.episodes) }, written: shortNumber),
                trend: totals.map { Double($0.episodes) }),
            Report.Tile(
                "robot time", tally.seconds > 0 ? duration(tally.seconds) : "unknown",
                note: tally.seconds > 0
                    ? usual(totals.map(\.seconds), written: duration) : "no control rate is stated",
                trend: tally.seconds > 0 ? totals.map(\.hours) : []),
            Report.Tile(
                "succeeded", optional(tally.success?.value, percentage),
                note: tally.success.map(shares) ?? "no outcome is known",
                trend: totals.map { $0.success?.value ?? .nan }),
            Report.Tile(
                "corrected by a human", shareOf(tally.corrected, tally.episodes),
                note: counted(tally.corrected, "episode"),
                trend: totals.map { Double($0.corrected) / Double(max(1, $0.episodes)) }),
            Report.Tile(
                "demonstrations", shortNumber(Double(tally.demonstrations)),
                note: shareOf(tally.demonstrations, tally.episodes)),
        ]
    }

    private func trends(_ breakdown: Breakdown) -> Report.Block? {
        guard !breakdown.groups.isEmpty else { return nil }
        let (groups, more) = firstRows(
            breakdown.groups, of: breakdown.groupCount, limit: breakdown.title == "task" ? 16 : 10)
        let rows = groups.map { group in
            Report.TrendTable.Row(
                group.name,
                [
                    shortNumber(Double(group.tally.episodes)),
                    group.tally.seconds > 0 ? duration(group.tally.seconds) : "–",
                    optional(group.tally.success?.value, percentage),
                    shareOf(group.tally.corrected, group.tally.episodes),
                ], usual: usual(group.trend, written: shortNumber, prefix: ""), trend: group.trend)
        }
        return .trends(
            Report.TrendTable(
                title: "By \(breakdown.title)",
                columns: [breakdown.title, "episodes", "time", "succeeded", "corrected"],
                rows: rows, more: more))
    }

    /// The median of the nights before last, in words.
    private func usual(
        _ values: [Double], written: (Double) -> String, prefix: String = "usually "
    ) -> String {
        let before = values.dropLast().filter(\.isFinite).sorted()
        guard !before.isEmpty else { return "" }
        let middle = before.count / 2
        let median =
            before.count % 2 == 1 ? before[middle] : (before[middle - 1] + before[middle]) / 2
        return prefix + written(median.rounded())
    }
}

/// A share of a whole; a dash where there is no whole.
func shareOf(_ part: Int, _ whole: Int) -> String {
    whole > 0 ? percentage(Double(part) / Double(whole)) : "–"
}
