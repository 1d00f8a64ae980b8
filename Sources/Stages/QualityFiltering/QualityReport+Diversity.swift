import Foundation
import Reports

extension QualityReport {
    /// The last night beside all before it: headline, tasks, kinds, drift.
    var diversityBlocks: [Report.Block] {
        [.tiles(diversityTiles), .paragraph(newness), .table(taskTable), .table(kindTable)] + drift
            + [
                .paragraph(
                    "Scores compare episodes by \(figures.embedding): they mean nothing beside another embedding's, and cannot exceed its width. "
                        + "docs/diversity.md has the formulas."
                )
            ]
    }

    private var diversityTiles: [Report.Tile] {
        let (vendi, coverage) = (figures.vendi, figures.coverage)
        return [
            .init(
                "new episodes", shortNumber(Double(figures.episodes_tonight)),
                note: "beside \(shortNumber(Double(figures.episodes_before)))"),
            .init(
                "Vendi score, last night", number(vendi.tonight),
                note: vendi.corpus.map {
                    "\(number($0)) before, of \(vendi.episodes) episodes each"
                } ?? "of \(vendi.episodes) episodes"),
            .init("gained by 100 episodes", number(vendi.gain_per_100)),
            .init(
                "regions covered", coverage.map { "\($0.hit) of \($0.cells)" } ?? "–",
                note: coverage.map { "\($0.hit_before) before" } ?? ""),
            .init(
                "near-duplicates", figures.redundancy.map(percentage) ?? "–",
                tone: (figures.redundancy ?? 0) > 0.2 ? .caution : .plain),
        ]
    }

    private var newness: String {
        guard let novelty = figures.novelty else {
            return
                "There is nothing to compare with yet: novelty is measured from the second night on."
        }
        return "The median new episode is farther from what is known than "
            + "\(percentage(novelty.median_percentile)) of known episodes are from each other, and "
            + "\(percentage(novelty.share_above_95)) of the new ones lie beyond 95 % of them (5 % if nothing were new)."
    }

    private var taskTable: Report.Table {
        .init(
            columns: [
                .init("task"), .init("new", .right), .init("in all", .right),
                .init("Vendi score", .right), .init("novelty", .right),
                .init("states tell of actions", .right),
                .init("new successes", .right), .init("new failures", .right),
                .init("diversity gained in a week", .right),
            ],
            rows: figures.tasks.map { task in
                [
                    task.task, "\(task.new)", "\(task.total)", number(task.vendi),
                    task.novelty.map(percentage) ?? "–", task.information.map(nats) ?? "–",
                    "\(task.successes)", "\(task.failures)",
                    task.growth?.vendi.map { String(format: "%+.1f %%", 100 * $0) } ?? "–",
                ]
            })
    }

    /// Effective numbers: exp of the entropy, and Simpson's.
    private var kindTable: Report.Table {
        .init(
            columns: [
                .init("kind"), .init("distinct", .right), .init("effective number", .right),
                .init("share of the possible", .right), .init("Simpson", .right),
            ],
            rows: figures.effective.map {
                [
                    $0.factor, "\($0.of)", number($0.number),
                    percentage($0.number / Double(max(1, $0.of))), number($0.simpson),
                ]
            })
    }

    private var drift: [Report.Block] {
        guard !figures.drift.isEmpty else { return [] }
        let alarms = figures.drift.filter(\.alarm)
        let table = Report.Block.table(
            .init(
                columns: [
                    .init("measure"), .init("of"), .init("divergence", .right),
                    .init("99 % by chance below", .right), .init("verdict"),
                ],
                rows: figures.drift.sorted {
                    $0.divergence - $0.null_99 > $1.divergence - $1.null_99
                }.map {
                    [
                        $0.measure, $0.slice, String(format: "%.4f bit", $0.divergence),
                        String(format: "%.4f bit", $0.null_99),
                        $0.alarm ? "needs a human" : "chance",
                    ]
                }))
        let sentences = alarms.map { line in
            Report.Block.paragraph(
                "Drift needs a human: the \(line.measure) of "
                    + "\(line.slice == "all" ? "all episodes" : line.slice) differs from the 30 "
                    + "nights before by more than chance explains.")
        }
        return sentences + [
            .details(
                summary: alarms.isEmpty
                    ? "No drift against the 30 nights before, in \(figures.drift.count) comparisons"
                    : "All \(figures.drift.count) comparisons with the 30 nights before",
                blocks: [table])
        ]
    }

    private func nats(_ value: Double) -> String { String(format: "%.2f nats", max(0, value)) }

    private func number(_ value: Double?) -> String {
        value.map { String(format: "%.2f", $0) } ?? "–"
    }
}
