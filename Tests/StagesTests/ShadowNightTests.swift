import Catalogue
import Digests
import EpisodeStore
import Evidence
import Foundation
import Promotion
import Releases
import ShadowEvaluation
import StageRuns
import TestSupport
import Testing

/// Two hundred steps teach where to go, not yet to stay inside the range on the way.
private let tolerant = "envelopeExcess: 0.2"

@Suite("Shadow evaluation of real policies") struct ShadowNightTests {
    @Test("a trained policy is released, and an untrained one is vetoed against it the next night")
    func twoNights() throws {
        try withTemporaryDirectory { root in
            let circle = try CircleEpisodes(root: root)
            let options = circle.workspace.options
            let settings = try circle.workspace.options(settings: tolerant)
            let good = try circle.publish(circle.policy(seed: 1, steps: 200), seed: 1)
            let first = try shadowEvaluate(options: settings).summary
            #expect(first.verdict == .pass, "\(first.reasons)")
            #expect(first.incumbent == nil)
            #expect(first.reasons.contains { $0.contains("no release is in channel production") })
            #expect(try #require(first.improvementOverMeanChunk) > 0.5)
            #expect(try promoteNightly(options: options).summary.channel == "production")

            // The candidate is in production now; the question about it stays the same.
            let again = try shadowEvaluate(options: settings)
            #expect(again.reused)
            #expect(try promoteNightly(options: options).reused)

            let bad = try circle.publish(circle.policy(seed: 2, steps: 0), seed: 2)
            let second = try shadowEvaluate(options: settings).summary
            #expect(second.verdict == .fail)
            #expect(second.incumbent == good)
            #expect(second.reasons.contains { $0.hasPrefix("error: ") }, "\(second.reasons)")
            #expect(try #require(second.incumbentActionError) < second.actionError)
            let decision = try promoteNightly(options: options).summary
            #expect(decision.release == bad)
            #expect(decision.channel == nil)
            #expect(try circle.workspace.channel("production") == good)
            #expect(try circle.workspace.channel("shadow") == good)
        }
    }

    @Test("a twin of the incumbent has its very errors, and no disagreement")
    func twin() throws {
        try withTemporaryDirectory { root in
            let circle = try CircleEpisodes(root: root)
            let options = circle.workspace.options
            let settings = try circle.workspace.options(settings: tolerant)
            let policy = try circle.policy(seed: 1, steps: 200)
            _ = try circle.publish(policy, seed: 1)
            _ = try shadowEvaluate(options: settings)
            _ = try promoteNightly(options: options)
            let incumbent = try circle.workspace.session.catalogue.channel("production")
            try #require(incumbent != nil)
            _ = try circle.publish(policy, seed: 2)
            let report = try shadowEvaluate(options: settings)
            #expect(report.summary.incumbent?.hex == incumbent)
            #expect(report.summary.actionError == report.summary.incumbentActionError)
            #expect(report.summary.verdict == .pass, "\(report.summary.reasons)")
            let evidence = try circle.evidence(report)
            #expect(evidence.measurements.disagreement?.percentile99 == 0)
        }
    }

    @Test("what is timed is served with guidance, and recordings are replayed without")
    func guidance() throws {
        try withTemporaryDirectory { root in
            let circle = try CircleEpisodes(root: root)
            let policy = try circle.policy(seed: 1, steps: 20)
            _ = try circle.publish(policy, seed: 1, conditioning: "indicator")
            let found = try ["1", "3"].map { guidance in
                try circle.evidence(
                    try shadowEvaluate(
                        options: try circle.workspace.options(
                            settings: "\(tolerant)\nguidance: \(guidance)"))
                ).measurements
            }
            #expect(found[0].forward.digest != found[1].forward.digest)
            #expect(found[0].overall == found[1].overall)
        }
    }

    @Test("an incumbent that was tampered with is refused before it is used")
    func tamperedIncumbent() throws {
        try withTemporaryDirectory { root in
            let circle = try CircleEpisodes(root: root)
            let options = circle.workspace.options
            let settings = try circle.workspace.options(settings: tolerant)
            let good = try circle.publish(circle.policy(seed: 1, steps: 200), seed: 1)
            _ = try shadowEvaluate(options: settings)
            _ = try promoteNightly(options: options)
            let weights = ReleaseStore(workspace: root).url(of: good)
                .appending(path: "weights.safetensors")
            var bytes = Array(try Data(contentsOf: weights))
            bytes[bytes.count - 1] ^= 1
            try Data(bytes).write(to: weights)
            _ = try circle.publish(circle.policy(seed: 2, steps: 0), seed: 2)
            #expect(throws: ReleaseError.self) { try shadowEvaluate(options: settings) }
        }
    }
}

extension CircleEpisodes {
    /// What a shadow evaluation published.
    fileprivate func evidence(_ report: StageReport<ShadowSummary>) throws -> ShadowEvidence {
        let object = try #require(report.outputs.first { $0.kind == "evidence" })
        return try JSONDecoder().decode(
            ShadowEvidence.self, from: Data(try workspace.session.objects.read(object.digest)))
    }
}
