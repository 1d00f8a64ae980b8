import Catalogue
import Digests
import Evidence
import Foundation
import Reports

/// What came in, what was refused and why.
struct QualityReport {
    let tally: QualityTally
    let settings: QualityConfiguration
    let snapshot: Digest
    let figures: DiversityFigures

    func report() -> Report {
        Report(
            title: "Quality",
            subtitle:
                "\(tally.total) accepted episodes, judged by hard gates, and by soft gates beside their like",
            sections: [
                .init("Experience", [headline, .facts([.init("snapshot", snapshot.hex)])]),
                .init("Refused, and why", refusals), .init("Tasks", tasks),
                .init("How diverse the last night was", diversityBlocks),
                .init("Lengths", [lengths] + trembling),
                .init("Before the gates", intake),
            ] + (review.isEmpty ? [] : [.init("For a person to decide", review)]))
    }

    private var headline: Report.Block {
        let hours = tally.seconds / 3600
        return .tiles([
            .init("episodes in", shortNumber(Double(tally.total)), note: "\(tally.measured) new"),
            .init("in the snapshot", shortNumber(Double(tally.accepted)), tone: .good),
            .init(
                "quarantined", shortNumber(Double(tally.quarantined)),
                note: percentage(Double(tally.quarantined) / Double(max(1, tally.total))),
                tone: tally.quarantined > 0 ? .caution : .plain),
            .init(
                "steps", shortNumber(Double(tally.steps)),
                note: String(format: "%.2f h of robot time", hours)),
            .init("demonstrations", shortNumber(Double(tally.demonstrations))),
            .init(
                "steps driven by a human",
                percentage(Double(tally.interventionSteps) / Double(max(1, tally.steps))),
                note: "interventions"),
        ])
    }

    private var refusals: [Report.Block] {
        let rows = QualityGate.allCases.map { gate in
            let counts = tally.gates[gate] ?? .init()
            return [
                gate.rawValue, gate.title, settings.mode(of: gate).rawValue, "\(counts.refused)",
                "\(counts.warned)",
            ]
        }
        let examples = QualityGate.allCases.flatMap { tally.gates[$0]?.examples ?? [] }
        return [
            .table(
                .init(
                    columns: [
                        .init("gate"), .init("checks"), .init("mode"), .init("refused", .right),
                        .init("warned", .right),
                    ], rows: rows)),
            .paragraph(
                "An episode that fails several gates counts at the first one as refused and at the others as warned, so the refusals add up to "
                    + "\(tally.quarantined). Gates H2 to H4 do not apply to \(tally.withoutTimestamps) episodes "
                    + "without timestamps. Nothing is deleted."),
        ]
            + (examples.isEmpty
                ? [] : [.details(summary: "Examples", blocks: examples.map { .paragraph($0) })])
    }

    private var tasks: [Report.Block] {
        let sorted = tally.tasks.sorted { $0.key < $1.key }
        let rows = sorted.map { name, task in
            let labelled = task.success + task.failure
            let interval =
                labelled > 0 ? wilsonInterval(successes: task.success, trials: labelled) : nil
            return [
                name, "\(task.success)", "\(task.failure)", "\(task.unlabelled)",
                interval.map { "\(percentage($0.lower)) to \(percentage($0.upper))" } ?? "–",
                "\(task.intervened)", "\(task.refused)",
            ]
        }
        return [
            .bars(
                .init(
                    title: "Outcomes of what is in the snapshot",
                    parts: ["success", "failure", "unlabelled"],
                    bars: sorted.map { name, task in
                        .init(name, [task.success, task.failure, task.unlabelled].map(Double.init))
                    })),
            .table(
                .init(
                    columns: [
                        .init("task"), .init("success", .right), .init("failure", .right),
                        .init("unlabelled", .right), .init("95 % interval of success", .right),
                        .init("with interventions", .right), .init("refused", .right),
                    ], rows: rows)),
        ]
    }

    private var trembling: [Report.Block] {
        let robots = tally.tremors.filter { $0.value.trembling > 0 }.sorted { $0.key < $1.key }
            .map { row($0.key, day: "all", $0.value) }
        let days = tally.tremblingDays.map {
            row($0.robot, day: $0.day, ($0.episodes, $0.trembling))
        }
        guard !robots.isEmpty else { return [] }
        return tally.tremblingDays.map { .paragraph($0.line) } + [
            .table(
                .init(
                    columns: [
                        .init("robot"), .init("day"), .init("episodes", .right),
                        .init("trembling (S3)", .right), .init("95 % interval", .right),
                    ], rows: days + robots))
        ]
    }

    private func row(
        _ robot: String, day: String, _ count: (episodes: Int, trembling: Int)
    ) -> [String] {
        let interval = wilsonInterval(successes: count.trembling, trials: count.episodes)
        return [
            robot, day, "\(count.episodes)", "\(count.trembling)",
            "\(percentage(interval.lower)) to \(percentage(interval.upper))",
        ]
    }

    private var review: [Report.Block] {
        guard !tally.review.isEmpty else { return [] }
        return [
            .paragraph(
                "\(tally.gates[.labelConsistency]?.warned ?? 0) outcomes contradict the end of their episodes. Nothing is changed until a person says so: "
                    + "filter-by-quality review --list, then --accept or --correct with the episode."
            ),
            .table(
                .init(
                    columns: [.init("episode"), .init("why")],
                    rows: tally.review.prefix(20).map {
                        [String($0.episode.prefix(12)), $0.reason]
                    })),
        ]
    }

    private var lengths: Report.Block {
        let filled = tally.lengths.indices.filter { tally.lengths[$0] > 0 }
        let shown = filled.isEmpty ? [] : Array((filled.min() ?? 0)...(filled.max() ?? 0))
        return .bars(
            .init(
                title: "Episodes by length", parts: ["episodes"],
                bars: shown.map { .init(QualityTally.bucketLabel($0), [Double(tally.lengths[$0])]) }
            ))
    }

    private var intake: [Report.Block] {
        let reasons = tally.intake.quarantinedByReason.sorted { $0.key < $1.key }
        return [
            .paragraph(
                "ingest took in \(tally.total) episodes, recognised \(tally.intake.duplicates) as already known (H10), "
                    + "and put \(reasons.reduce(0) { $0 + $1.value }) files or episodes into quarantine."
            )
        ]
            + (reasons.isEmpty
                ? []
                : [
                    .table(
                        .init(
                            columns: [.init("reason"), .init("count", .right)],
                            rows: reasons.map { [$0.key, "\($0.value)"] }))
                ])
    }
}

/// The gates in numbers, as the morning report reads them.
struct QualityFigures: Encodable {
    struct Gate: Encodable {
        let id: String
        let name: String
        let quarantined: Int
        let warned: Int
    }

    let gates: [Gate]
    let review: [SuspectOutcome]
    /// Some of the last night's that cameras saw.
    let refused_tonight: [SuspectOutcome]
    let failed_tonight: [ShownEpisode]
    let down_weighted: Int
    let trembling_days: [TremblingDay]

    /// One that a person might want to see.
    struct ShownEpisode: Encodable { let episode: String }

    init(_ tally: QualityTally) {
        refused_tonight = tally.refusedTonight
        failed_tonight = tally.failedTonight.map(ShownEpisode.init)
        gates = QualityGate.allCases.map { gate in
            let counts = tally.gates[gate] ?? .init()
            return Gate(
                id: gate.rawValue, name: gate.title, quarantined: counts.refused,
                warned: counts.warned)
        }
        review = tally.review
        down_weighted = tally.downWeighted
        trembling_days = tally.tremblingDays
    }
}

/// report.json: the report as it is drawn, and the gates' figures, with sorted keys.
func encodedReport(
    _ report: Report, _ figures: QualityFigures, _ diversity: DiversityFigures
) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](
        try encoder.encode(
            PublishedReport(report: report, quality: figures, diversity: diversity)))
}

/// A report with figures beside its drawing.
private struct PublishedReport: Encodable {
    private enum Keys: CodingKey { case quality, diversity }

    let report: Report
    let quality: QualityFigures
    let diversity: DiversityFigures

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var keys = encoder.container(keyedBy: Keys.self)
        try keys.encode(quality, forKey: .quality)
        try keys.encode(diversity, forKey: .diversity)
    }
}
