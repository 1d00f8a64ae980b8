import Digests
import Reports

extension FineTuneSummary {
    /// The page that a person reads.
    func report(_ progress: TrainingProgress) -> Report {
        Report(
            title: "Fine-tuning",
            subtitle: "Candidate \(candidate.short), conditioning '\(conditioning)', from "
                + (base.map { "base \($0.short)." } ?? "scratch."),
            sections: [
                Report.Section(
                    "Candidate",
                    [
                        .tiles([
                            Report.Tile(
                                "training episodes", "\(trainingEpisodes)",
                                note: "\(heldOutEpisodes) held out"),
                            Report.Tile("action error", number(heldOutErrors.policy)),
                            Report.Tile(
                                "below the mean chunk", percent(heldOutErrors.improvement)),
                            Report.Tile("final loss", number(finalLoss)),
                        ]),
                        .facts([
                            Report.Fact("candidate", candidate.hex),
                            Report.Fact("weights", weights.hex),
                            Report.Fact("base", base?.hex ?? "none: trained from scratch"),
                            Report.Fact("snapshot", snapshot.hex),
                            Report.Fact("label set", labelSet?.hex ?? "none"),
                            Report.Fact("parameters", "\(parameters)"),
                        ]),
                    ]),
                Report.Section(
                    "Action error on held-out successes",
                    [
                        .paragraph(
                            "Root mean square over the actions that a robot would execute, in halves "
                                + "of the recorded range, against always predicting the task's mean "
                                + "chunk."),
                        .table(errorTable),
                    ]),
                Report.Section("Training", [.lines(chart(progress))]),
            ])
    }

    private var errorTable: Report.Table {
        Report.Table(
            columns: [
                .init("task"), .init("episodes", .right), .init("held out", .right),
                .init("successes", .right), .init("error", .right), .init("mean chunk", .right),
                .init("lower by", .right), .init("full chunk", .right),
                .init("its mean chunk", .right),
            ],
            rows: tasks.map {
                ["\($0.instruction)", "\($0.trainingEpisodes)", "\($0.heldOutEpisodes)"]
                    + $0.heldOutErrors.cells
            } + [["all tasks", "\(trainingEpisodes)", "\(heldOutEpisodes)"] + heldOutErrors.cells])
    }

    private func chart(_ progress: TrainingProgress) -> Report.LineChart {
        Report.LineChart(
            title: "Flow-matching loss", xLabel: "optimiser step", yLabel: "loss",
            series: [
                Report.LineChart.Series(
                    "loss", progress.points.map { .init(Double($0.step), $0.loss) })
            ])
    }
}

extension FineTuneSummary.Errors {
    fileprivate var cells: [String] {
        [
            "\(episodes)", number(policy), number(meanChunk), percent(improvement),
            number(policyFullChunk), number(meanChunkFullChunk),
        ]
    }
}
