import Foundation
import Reports

extension MorningReport {
    /// How well success is foretold.
    var foretold: Report.Section? {
        guard let labelling else { return nil }
        let half = labelling.figures.min { abs($0.share - 0.5) < abs($1.share - 0.5) }
        var blocks: [Report.Block] = [.tiles(tiles(labelling, half: half))]
        if let half, !half.bins.isEmpty {
            blocks.append(
                .reliability(
                    .init(
                        title: "What was foretold at half of the episode, and what happened",
                        bins: half.bins.map {
                            .init(predicted: $0.predicted, observed: $0.observed, count: $0.count)
                        })))
        }
        if !labelling.tasks.isEmpty {
            blocks += cutTable(
                [
                    .init("task"), .init("episodes", .right), .init("AUROC", .right),
                    .init("Brier", .right), .init("steps to follow", .right),
                ], labelling.tasks
            ) {
                [
                    $0.task, shortNumber(Double($0.episodes)), optional($0.auroc, hundredths),
                    optional($0.brier, hundredths), optional($0.positiveShare, percentage),
                ]
            }
        }
        return Report.Section("How well success is foretold", blocks)
    }

    private func tiles(_ labelling: Labelling, half: Foretold?) -> [Report.Tile] {
        let auroc = half?.auroc
        let tone: Report.Tone = auroc.map { $0 < 0.7 ? .caution : .good } ?? .plain
        return [
            Report.Tile(
                "AUROC at half of the episode", optional(auroc, hundredths),
                note: "0.5 is a guess, 1 is certain", tone: tone, trend: labelling.trend),
            Report.Tile(
                "Brier score", optional(half?.brier, hundredths), note: "0 is best, 0.25 a coin"),
            Report.Tile(
                "steps to follow", shareOf(labelling.positiveSteps, labelling.steps),
                note: "better than expected, of \(shortNumber(Double(labelling.steps)))"),
        ]
    }

    /// What the candidate learned from.
    var learned: Report.Section? {
        guard let learning else { return nil }
        let weights = [
            learning.neverPositive > 0
                ? "\(counted(learning.neverPositive, "episode")) never an example to follow" : "",
            downWeighted ?? 0 > 0
                ? "\(counted(downWeighted ?? 0, "episode")) counted less" : "",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        let start = learning.base.map { "the base \(short($0))" } ?? "nothing"
        let sentence =
            "Candidate \(short(learning.candidate)) learned from "
            + "\(counted(learning.trainingEpisodes, "episode")) in "
            + "\(counted(learning.trainingSteps, "update")), beginning at \(start), steered by "
            + "'\(learning.conditioning)'. \(counted(learning.heldOutEpisodes, "episode")) were "
            + "held out\(weights.isEmpty ? "" : "; " + weights)."
        let table = cutTable(
            [
                .init("task"), .init("learned from", .right), .init("held out", .right),
                .init("action error", .right), .init("a guess's", .right),
            ], learning.tasks
        ) {
            [
                $0.task, shortNumber(Double($0.trainingEpisodes)),
                shortNumber(Double($0.heldOutEpisodes)), optional($0.error, shortNumber),
                optional($0.guess, shortNumber),
            ]
        }
        return Report.Section(
            "What the candidate learned from",
            [.paragraph(sentence)] + (learning.tasks.isEmpty ? [] : table))
    }
}

/// A number of two decimals.
func hundredths(_ value: Double) -> String { String(format: "%.2f", value) }
