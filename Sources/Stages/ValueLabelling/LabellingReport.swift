import Digests
import Evidence
import Reports

extension LabellingSummary {
    /// The page that a person reads.
    ///
    /// The argument refusal: why nothing was labelled, if so.
    func report(refusal: String? = nil) -> Report {
        Report(
            title: "Labels by value function",
            subtitle: "Snapshot \(snapshot.short): \(episodes) episodes, \(steps) steps.",
            sections: [
                Report.Section(
                    "Can the value function be believed?",
                    [
                        .verdict(
                            Report.VerdictBadge(
                                refusal == nil ? .pass : .fail, reasons: [refusal ?? headline])),
                        .tiles(tiles),
                        .paragraph(
                            "Each episode is judged by a function that was fitted without it. AUROC "
                                + "is the share of pairs of a success and a failure in which the "
                                + "success was given the higher probability: 0.5 is a guess, 1 is "
                                + "perfect. A Brier score is a mean squared error: lower is better."
                        ),
                        .table(figureTable),
                        .reliability(
                            Report.ReliabilityPlot(
                                title: "P(success) at half the episode",
                                bins: figures[1].calibration.map {
                                    .init(
                                        predicted: $0.predicted, observed: $0.observed,
                                        count: $0.count)
                                })),
                    ]),
                Report.Section("Tasks", [.table(taskTable)]),
                Report.Section("Outcomes that the episodes contradict", doubts),
                Report.Section("Training", [.lines(lossChart)]),
            ])
    }

    private var tiles: [Report.Tile] {
        [
            Report.Tile("AUROC at half the episode", number(aurocAtHalf)),
            Report.Tile("Brier at half", number(figures[1].brier)),
            Report.Tile(
                "labelled episodes", "\(labelledEpisodes)", note: "of \(episodes)"),
            Report.Tile("positive steps", "\(positiveSteps)", note: "of \(steps)"),
        ]
    }

    private var figureTable: Report.Table {
        Report.Table(
            columns: [
                .init("of the episode"), .init("episodes", .right), .init("successes", .right),
                .init("AUROC", .right), .init("Brier", .right),
            ],
            rows: figures.map {
                [
                    percent($0.share), "\($0.episodes)", "\($0.successes)", number($0.auroc),
                    number($0.brier),
                ]
            })
    }

    private var taskTable: Report.Table {
        Report.Table(
            columns: [
                .init("task"), .init("episodes", .right), .init("time limit", .right),
                .init("AUROC 25 %", .right), .init("50 %", .right), .init("75 %", .right),
                .init("Brier 50 %", .right), .init("rank correlation", .right),
                .init("threshold", .right), .init("positive", .right), .init("clipped", .right),
            ],
            rows: tasks.map { task in
                [task.instruction, "\(task.episodes)", "\(task.timeLimitSteps)"]
                    + task.figures.map { number($0.auroc) }
                    + [
                        number(task.figures[1].brier), number(task.rankCorrelation),
                        number(task.threshold, digits: 4), percent(task.positiveShare),
                        percent(task.clippedShare),
                    ]
            })
    }

    private var doubts: [Report.Block] {
        let suspicious = doubtfulOutcomes.filter(\.isSuspicious)
        return [
            .paragraph(
                "An outcome is doubtful where a function that never saw the episode gave it at most "
                    + "20 % over the last tenth. No label is changed: "
                    + (suspicious.isEmpty
                        ? "none stands out."
                        : suspicious.map(\.line).joined(separator: "; ") + ".")),
            .table(
                Report.Table(
                    columns: [
                        .init("from"), .init("name"), .init("episodes", .right),
                        .init("doubtful", .right), .init("95 % interval", .right), .init("verdict"),
                    ],
                    rows: doubtfulOutcomes.prefix(40).map {
                        [
                            $0.kind, $0.name, "\($0.episodes)", "\($0.doubtful)",
                            "\(percent($0.lower)) to \(percent($0.upper))",
                            $0.isSuspicious ? "look at its labels" : "",
                        ]
                    })),
        ]
    }

    private var lossChart: Report.LineChart {
        Report.LineChart(
            title: "Cross-entropy", xLabel: "hundredths of the training", yLabel: "loss",
            series: losses.enumerated().map { fold, points in
                Report.LineChart.Series(
                    "fold \(fold + 1)",
                    points.enumerated().map { .init(Double($0 + 1), $1) })
            })
    }
}
