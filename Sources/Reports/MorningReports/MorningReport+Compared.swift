import Evidence
import Foundation
import Reports

extension MorningReport {
    /// The candidate beside production, and what was decided.
    var compared: Report.Section? {
        guard let evidence else { return nil }
        let more = evidence.moreEpisodes.map {
            ["About \(counted($0, "more episode")) like these would settle it."]
        }
        var blocks: [Report.Block] = [
            .verdict(.init(badge(evidence.verdict), reasons: evidence.reasons + (more ?? [])))
        ]
        if let simulation = evidence.simulation {
            blocks += tasks(simulation) + [.tiles(bets(simulation))]
        } else {
            blocks.append(
                .paragraph(
                    "No simulated robots were asked: \(counted(evidence.heldOutEpisodes, "recorded episode")) "
                        + "can veto a candidate, and never promote one."))
        }
        if !evidence.checks.isEmpty {
            blocks.append(.details(summary: "All checks", blocks: checks(evidence.checks)))
        }
        return Report.Section("Candidate and production", blocks)
    }

    private func badge(_ verdict: String) -> Report.VerdictBadge.Value {
        Report.VerdictBadge.Value(rawValue: verdict) ?? .undecided
    }

    private func tasks(_ simulation: Simulated) -> [Report.Block] {
        cutTable(
            [
                .init("task"), .init("episodes", .right), .init("candidate", .right),
                .init("95 %", .right), .init("production", .right), .init("95 %", .right),
                .init("points", .right),
            ], simulation.tasks
        ) { task in
            let candidate = rate(task.candidate, of: task.episodes)
            let incumbent = task.incumbent.map { rate($0, of: task.episodes) }
            return [
                task.task, shortNumber(Double(task.episodes)), candidate.value, candidate.interval,
                incumbent?.value ?? "does not know it", incumbent?.interval ?? "",
                optional(task.difference?.value, points),
            ]
        }
    }

    private func rate(_ successes: Int, of trials: Int) -> (value: String, interval: String) {
        guard trials > 0, (0...trials).contains(successes) else { return ("–", "") }
        let found = wilsonInterval(successes: successes, trials: trials)
        return (
            percentage(Double(successes) / Double(trials)),
            "\(percentage(found.lower)) to \(percentage(found.upper))"
        )
    }

    private func bets(_ simulation: Simulated) -> [Report.Tile] {
        let asked = simulation.asked.map { "asked for \(shortNumber($0))" } ?? ""
        return [
            Report.Tile(
                "success, points", optional(simulation.difference?.value, points),
                note: simulation.difference.map { "\(points($0.lower)) to \(points($0.upper))" }
                    ?? ""),
            Report.Tile(
                "successes an hour", optional(simulation.throughput.map(\.value), ratio),
                note: simulation.throughput.map { "\(ratio($0.lower)) to \(ratio($0.upper))" }
                    ?? ""),
            Report.Tile("e-value, not worse", optional(simulation.notWorse, eValue), note: asked),
            Report.Tile("e-value, better", optional(simulation.better, eValue), note: asked),
            Report.Tile(
                "e-value, worse", optional(simulation.worse, eValue), note: "a veto from 20"),
        ]
    }

    private func ratio(_ value: Double) -> String { "× " + hundredths(value) }

    /// An e-value from its natural logarithm.
    private func eValue(_ logarithm: Double) -> String {
        guard logarithm.isFinite else { return "–" }
        let tens = logarithm / log(10)
        return tens < 4 ? shortNumber(exp(logarithm)) : "10^\(Int(tens.rounded(.down)))"
    }

    private func checks(_ checks: [Check]) -> [Report.Block] {
        cutTable([.init("check"), .init("verdict"), .init("found")], checks, limit: 20) {
            [$0.name, $0.decides ? $0.verdict : "\($0.verdict), only noted", $0.statement]
        }
    }
}
