import Digests
import Evidence
import Reports

extension ShadowEvidence {
    /// The page that a person reads.
    func report() -> Report {
        Report(
            title: "Shadow evaluation",
            subtitle: "Candidate \(candidate.short) "
                + (incumbent.map { "against \($0.short), on recorded experience." }
                    ?? "by itself: there is no release to compare with yet."),
            sections: [
                Report.Section(
                    "Verdict",
                    [
                        .verdict(
                            Report.VerdictBadge(
                                Report.VerdictBadge.Value(rawValue: verdict.rawValue)
                                    ?? .undecided,
                                reasons: reasons + needed)),
                        .tiles(tiles), .table(checkTable),
                    ]),
                Report.Section(
                    "Action error on held-out successes",
                    [
                        .paragraph(
                            "Root mean square of the actions that a robot would have executed, less "
                                + "those recorded, in standard deviations of the recorded actions. "
                                + "Intervals resample episodes whole."),
                        .table(sliceTable),
                    ]),
                Report.Section("Behaviour", [.facts(facts)]),
            ] + (simulation.map { [$0.section] } ?? []))
    }

    private var needed: [String] {
        moreEpisodes.map { ["about \($0) more episodes like these would settle it"] } ?? []
    }

    private var tiles: [Report.Tile] {
        [
            Report.Tile(
                "held-out episodes", "\(measurements.heldOutEpisodes)",
                note: "\(measurements.heldOutSuccesses) successes"),
            Report.Tile("error", fixed(measurements.overall.candidateError, 3)),
            Report.Tile(
                "below the mean chunk",
                measurements.overall.improvementOverMeanChunk.map { percent($0.estimate) } ?? "–"),
            Report.Tile("latency P99", "\(fixed(measurements.latency.percentile99, 1)) ms"),
        ]
    }

    private var checkTable: Report.Table {
        Report.Table(
            columns: [.init("check"), .init("verdict"), .init("found")],
            rows: checks.map { check in
                [
                    check.name, check.verdict.rawValue + (check.decides ? "" : ", advises only"),
                    check.statement,
                ]
            })
    }

    private var sliceTable: Report.Table {
        let slices =
            [measurements.overall] + [measurements.critical].compactMap { $0 }
            + measurements.tasks
        return Report.Table(
            columns: [
                .init("episodes of"), .init("count", .right), .init("candidate", .right),
                .init("incumbent", .right), .init("difference", .right),
                .init("mean chunk", .right), .init("improvement", .right),
            ],
            rows: slices.map(\.row))
    }

    private var facts: [Report.Fact] {
        let envelope = measurements.envelope
        var facts = [
            Report.Fact("outside the recorded range, candidate", percent(envelope.candidate)),
            Report.Fact(
                "outside the recorded range, incumbent",
                envelope.incumbent.map { percent($0) } ?? "–"),
            Report.Fact("outside the recorded range, recorded", percent(envelope.recorded)),
            Report.Fact("digest of the fixed batch's actions", measurements.forward.digest.hex),
        ]
        if let found = measurements.disagreement {
            facts.append(
                Report.Fact(
                    "disagreement P50, P95, P99",
                    "\(fixed(found.median, 3)), \(fixed(found.percentile95, 3)), "
                        + "\(fixed(found.percentile99, 3)) over \(found.decisions) decisions"))
        }
        if measurements.unknownTaskEpisodes > 0 {
            facts.append(
                Report.Fact(
                    "held-out episodes of tasks that the candidate does not know",
                    "\(measurements.unknownTaskEpisodes)"))
        }
        return facts
    }
}

extension ErrorSlice {
    fileprivate var row: [String] {
        [
            name, "\(episodes)", fixed(candidateError, 3),
            incumbentError.map { fixed($0, 3) } ?? "–",
            worseThanIncumbent.map { "\(percent($0.estimate, signed: true)) (\(interval($0)))" }
                ?? "–",
            meanChunkError.map { fixed($0, 3) } ?? "–",
            improvementOverMeanChunk.map { percent($0.estimate) } ?? "–",
        ]
    }
}
