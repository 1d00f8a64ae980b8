import Reports

extension MorningReport {
    /// What the night cost, and what was set otherwise than before.
    var costs: Report.Section {
        var blocks: [Report.Block] = [
            .table(
                Report.Table(
                    columns: [
                        .init("stage"), .init("state"), .init("time", .right), .init("what it did"),
                    ],
                    rows: stages.map {
                        [
                            $0.name, $0.isReused ? "nothing new" : $0.state, duration($0.seconds),
                            $0.headline,
                        ]
                    })),
            .paragraph("The whole night took \(duration(seconds)).\(usualTime)"),
        ]
        if changes.isEmpty, nights.count > 1 {
            blocks.append(.paragraph("The settings are those of the run before."))
        }
        if !changes.isEmpty {
            blocks.append(.heading("Settings that differ from the run before"))
            blocks += cutTable(
                [.init("stage"), .init("setting"), .init("before"), .init("now")], changes
            ) {
                [
                    $0.stage, $0.key.isEmpty ? "the stage" : $0.key,
                    $0.before.isEmpty ? "not set" : $0.before,
                    $0.after.isEmpty ? "not set" : $0.after,
                ]
            }
        }
        return Report.Section("What it cost, and what was set otherwise", blocks)
    }

    private var usualTime: String {
        let before = nights.dropLast().map(\.seconds).filter { $0 > 0 }.sorted()
        return before.isEmpty
            ? "" : " The nights before took \(duration(before[before.count / 2]))."
    }
}
