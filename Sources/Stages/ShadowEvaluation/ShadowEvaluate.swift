import Catalogue
package import Digests
import EpisodeStore
package import Evidence
import Foundation
import Releases
import Reports
package import StageRuns

/// What `shadow-evaluate --json` prints.
package struct ShadowSummary: Codable, Sendable, Equatable {
    /// One line for a person.
    package let headline: String
    package let candidate: Digest
    package let incumbent: Digest?
    package let verdict: EvidenceVerdict
    package let reasons: [String]
    package let moreEpisodes: Int?
    package let heldOutEpisodes: Int
    package let heldOutSuccesses: Int
    /// Root mean square of held-out successes, in standard deviations of the recorded actions.
    package let actionError: Double
    package let incumbentActionError: Double?
    package let meanChunkError: Double?
    /// One minus candidate's by mean chunk's error.
    package let improvementOverMeanChunk: Double?
    package let latencyMillisecondsP99: Double
    /// What simulated robots showed; nil where none were asked.
    package let simulation: SimulationSummary?

    init(_ evidence: ShadowEvidence) {
        let found = evidence.measurements
        candidate = evidence.candidate
        incumbent = evidence.incumbent
        verdict = evidence.verdict
        reasons = evidence.reasons
        moreEpisodes = evidence.moreEpisodes
        heldOutEpisodes = found.heldOutEpisodes
        heldOutSuccesses = found.heldOutSuccesses
        actionError = found.overall.candidateError
        incumbentActionError = found.overall.incumbentError
        meanChunkError = found.overall.meanChunkError
        improvementOverMeanChunk = found.overall.improvementOverMeanChunk?.estimate
        latencyMillisecondsP99 = found.latency.percentile99
        simulation = evidence.simulation.map { SimulationSummary($0) }
        headline =
            "\(evidence.verdict.rawValue): candidate \(evidence.candidate.short) "
            + (evidence.incumbent.map { "against \($0.short)" } ?? "without an incumbent")
            + ", \(found.heldOutEpisodes) held-out episodes"
            + (found.overall.improvementOverMeanChunk.map {
                ", error \(percent($0.estimate)) below the mean chunk's"
            } ?? "") + (evidence.simulation.map { ", \($0.comparison.line)" } ?? "")
    }

    /// Lines for a person.
    package var lines: [String] { [headline] + reasons.map { "  \($0)" } }
}

/// Compares the newest candidate with what is in production, on recorded experience.
///
/// - Throws: `StageError` where fine-tune has not succeeded yet.
package func shadowEvaluate(options: StageOptions) throws -> StageReport<ShadowSummary> {
    let session = try StageSession(options: options)
    let configuration = try ConfigurationFile.load(
        ShadowConfiguration.self, from: options.configurationFile)
    guard let training = try session.catalogue.latestSucceeded(stage: "fine-tune") else {
        throw StageError.inputRefused(
            "evaluating a candidate: fine-tune has not succeeded in this workspace yet",
            next: "Run fine-tune first, or the whole night with nightshift run.")
    }
    let candidate = try training.output(ofKind: "candidate").digest
    let incumbent = try session.catalogue.incumbent(
        of: candidate, in: configuration.channel)
    var inputs: [(kind: String, digest: Digest)] = [("candidate", candidate)]
    if let incumbent { inputs.append(("incumbent", incumbent)) }
    return try session.perform(
        stage: "shadow-evaluate", formatVersion: 1, configuration: configuration,
        inputs: inputs, seed: configuration.seed
    ) { run in
        let evidence = try ShadowEvaluator(
            run: run, configuration: configuration, candidate: candidate, incumbent: incumbent
        ).evidence()
        return StageResult(
            outputs: try write(evidence, of: run), summary: ShadowSummary(evidence))
    }
}

/// Keeps evidence and report as objects, and the report where people find it.
private func write(_ evidence: ShadowEvidence, of run: StageRun) throws -> [Artefact] {
    let report = evidence.report()
    let json = try CanonicalJSON.bytes(of: report)
    try DurableFile.write(json, to: run.directory.appending(path: "report.json"))
    try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
    let object = try CanonicalJSON.bytes(of: evidence)
    return [
        Artefact(
            kind: "evidence", name: "evidence.json", digest: try run.objects.put(object),
            byteCount: object.count),
        Artefact(
            kind: "report", name: "report.json", digest: try run.objects.put(json),
            byteCount: json.count),
    ]
}
