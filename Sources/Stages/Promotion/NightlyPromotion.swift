import Catalogue
package import Digests
import EpisodeStore
package import Evidence
import Foundation
package import Releases
import Reports
package import StageRuns

/// What a night's promotion did.
package struct PromotionSummary: Codable, Sendable, Equatable {
    /// One line for a person.
    package let headline: String
    /// The candidate's release id.
    package let release: Digest
    /// Version of the release.
    package let sequence: Int
    package let verdict: EvidenceSummary.Verdict
    package let reasons: [String]
    /// The channel that it was moved to, production if to several; nil if to none.
    package let channel: String?
    package let channelMoves: [ChannelMove]
    /// What the evidence spent of the error budget; nil where no robots were looked at.
    package let errorSpent: ErrorSpent?

    /// Lines for a person.
    package var lines: [String] {
        [headline] + reasons.map { "  \($0)" }
            + channelMoves.map {
                "  \($0.channel): \($0.from?.short ?? "nothing") -> \($0.to.short)"
            }
    }
}

/// The night's step: registers the newest candidate, and moves channels as the evidence allows.
///
/// - Throws: `StageError` where fine-tune or shadow-evaluate have not succeeded, or were about
///   another candidate.
package func promoteNightly(
    options: StageOptions
) throws -> StageReport<PromotionSummary> {
    let session = try StageSession(options: options)
    let configuration = try ConfigurationFile.load(
        PromotionConfiguration.self, from: options.configurationFile)
    let candidate = try newest("candidate", of: "fine-tune", in: session.catalogue)
    let evidence = try newest("evidence", of: "shadow-evaluate", in: session.catalogue)
    let report = try session.perform(
        stage: "promote", formatVersion: 1, configuration: configuration,
        inputs: [("candidate", candidate.digest), ("evidence", evidence.digest)]
    ) { run in
        try NightlyPromotion(
            run: run, configuration: configuration, candidate: candidate.digest,
            evidenceDigest: evidence.digest
        ).result()
    }
    // After the transaction, and also where nothing was to do: a crash may have come in between.
    for repair in try ReleaseDesk(session: session).settle() where report.reused {
        StageLog(stage: "promote").warning(
            "channel \(repair.channel) named \(repair.found?.short ?? "nothing"), and was made to "
                + "say \(repair.release?.short ?? "nothing") as the catalogue does")
    }
    return report
}

/// The newest artefact of a kind, or an error that says which stage to run.
private func newest(
    _ kind: String, of stage: String, in catalogue: ExperienceCatalogue
) throws -> Artefact {
    guard let attempt = try catalogue.latestSucceeded(stage: stage) else {
        throw StageError.inputRefused(
            "promoting a candidate: \(stage) has not succeeded in this workspace yet",
            next: "Run \(stage) first, or the whole night with nightshift run.")
    }
    return try attempt.output(ofKind: kind)
}

/// One night's decision.
private struct NightlyPromotion {
    let run: StageRun
    let configuration: PromotionConfiguration
    let candidate: Digest
    let evidenceDigest: Digest

    func result() throws -> StageResult<PromotionSummary> {
        let desk = try ReleaseDesk(session: run.session)
        let evidence = try readEvidence()
        let manifest = try ReleaseManifest(verifiedBytes: try run.objects.read(candidate))
        let known = try run.catalogue.release(id: candidate.hex)
        let sequence = try known?.sequence ?? run.catalogue.nextReleaseSequence()
        if evidence.verdict != .fail { _ = try desk.materialise(candidate, sequence: sequence) }
        let plan = try Plan(evidence: evidence, night: self)
        let moves = plan.moves
        let summary = summary(of: evidence, sequence: sequence, plan: plan)
        let record = record(sequence: sequence, verdict: evidence.verdict, moves: moves)
        let decisions = try moves.map {
            try decision(on: evidence, manifest: manifest, sequence: sequence, plan, move: $0)
        }
        let standing = try decision(
            on: evidence, manifest: manifest, sequence: sequence, plan, move: nil)
        let report = try write(summary.report(evidence: evidenceDigest), of: run)
        return StageResult(outputs: [report], summary: summary) { [run, candidate] transaction in
            let isNew = try transaction.insertRelease(record)
            if !isNew, let known, known.state != record.state, known.state != .released,
                record.state != .candidate
            {
                try transaction.setReleaseState(known.id, from: known.state, to: record.state)
            }
            for (move, decision) in zip(moves, decisions) {
                try transaction.moveChannel(
                    move.channel, to: candidate.hex, from: move.from?.hex, decisionJSON: decision,
                    actor: "auto", at: record.createdAt)
            }
            guard evidence.verdict != .pass || plan.isHeldBack else { return }
            try transaction.appendHistory(
                HistoryEntry(
                    action: evidence.verdict == .fail ? .rejected : .undecided, channel: nil,
                    release: candidate.hex, previousRelease: nil, decisionJSON: standing,
                    actor: "auto", attempt: run.attempt.id, at: record.createdAt))
        }
    }

    private func readEvidence() throws -> EvidenceSummary {
        let evidence = try JSONDecoder().decode(
            EvidenceSummary.self, from: Data(try run.objects.read(evidenceDigest)))
        guard evidence.candidate == candidate else {
            throw StageError.inputRefused(
                "promoting candidate \(candidate.short): the newest evidence is about "
                    + "\(evidence.candidate.short)",
                next: "Run shadow-evaluate first, or the whole night with nightshift run.")
        }
        return evidence
    }

    private func record(
        sequence: Int, verdict: EvidenceSummary.Verdict, moves: [ChannelMove]
    ) -> ReleaseRecord {
        ReleaseRecord(
            id: candidate.hex, sequence: sequence, manifest: candidate, fineTuneAttempt: nil,
            state: verdict == .fail ? .rejected : moves.isEmpty ? .candidate : .released,
            createdAt: timestamp())
    }

    private func decision(
        on evidence: EvidenceSummary, manifest: ReleaseManifest, sequence: Int, _ plan: Plan,
        move: ChannelMove?
    ) throws -> String {
        let isFirst =
            !plan.hadProduction && move?.channel == configuration.productionChannel
        let reasons =
            isFirst
            ? ["the first release: there is nothing that it could be worse than"] : plan.reasons
        return try PromotionDecision(
            kind: isFirst ? .first : .nightly, release: candidate, sequence: sequence,
            channel: move?.channel, previous: move?.from, verdict: evidence.verdict,
            evidence: evidenceDigest, weights: manifest.weights.digest,
            reasons: reasons + evidence.reasons, errorSpent: evidence.errorSpent
        ).json()
    }

    private func summary(
        of evidence: EvidenceSummary, sequence: Int, plan: Plan
    ) -> PromotionSummary {
        let moves = plan.moves
        let channels = moves.map(\.channel)
        let name = "release \(candidate.short) (version \(sequence))"
        let headline =
            switch evidence.verdict {
            case .fail: "\(name) was turned down; no channel moved"
            case .undecided: "\(name) is undecided; no channel moved"
            case .pass where plan.isHeldBack: "\(name) passed, but no channel moved"
            case .pass where moves.isEmpty: "\(name) passed and is in place already"
            case .pass
            where !plan.hadProduction && channels.contains(configuration.productionChannel):
                "\(name) passed and went to \(channels.joined(separator: " and ")): "
                    + "the first release has no incumbent"
            case .pass: "\(name) passed and went to \(channels.joined(separator: " and "))"
            }
        let needed = evidence.moreEpisodes.map {
            ["about \($0) more episodes like these would settle it"]
        }
        return PromotionSummary(
            headline: headline, release: candidate, sequence: sequence,
            verdict: evidence.verdict,
            reasons: plan.reasons + evidence.reasons + (needed ?? []),
            channel: channels.last, channelMoves: moves, errorSpent: evidence.errorSpent)
    }
}

/// What a night moves, and why it may not move what passed.
private struct Plan {
    let moves: [ChannelMove]
    let hadProduction: Bool
    /// Why a candidate that passed goes nowhere; empty where it does.
    let reasons: [String]

    var isHeldBack: Bool { !reasons.isEmpty }

    init(evidence: EvidenceSummary, night: NightlyPromotion) throws {
        let configuration = night.configuration
        let channels = try night.run.catalogue.pointers()
        hadProduction = try !night.run.catalogue.timeline(of: configuration.productionChannel)
            .releases.isEmpty
        moves = plannedMoves(
            of: night.candidate, verdict: evidence.verdict,
            beaten: evidence.errorSpent == nil ? nil : evidence.incumbent, channels: channels,
            hadProduction: hadProduction, configuration: configuration)
        let isInPlace = channels[configuration.passChannel] == night.candidate
        guard evidence.verdict == .pass, moves.isEmpty, !isInPlace else {
            reasons = []
            return
        }
        let name = configuration.productionChannel
        reasons = [
            evidence.errorSpent == nil
                ? "recorded experience may veto and never approves: \(name) moves on evidence from "
                    + "robots (the setting simulator of shadow-evaluate), or by promote candidate"
                : "robots were compared with \(evidence.incumbent?.short ?? "nothing"), and \(name) has "
                    + "\(channels[name]?.short ?? "nothing"): run shadow-evaluate again"
        ]
    }
}

/// Keeps a report where people find it, and as an object.
private func write(_ report: Report, of run: StageRun) throws -> Artefact {
    let json = try CanonicalJSON.bytes(of: report)
    try DurableFile.write(json, to: run.directory.appending(path: "report.json"))
    try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
    return Artefact(
        kind: "report", name: "report.json", digest: try run.objects.put(json),
        byteCount: json.count)
}
