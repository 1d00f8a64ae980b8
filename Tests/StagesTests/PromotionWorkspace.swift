import Catalogue
import Digests
import EpisodeStore
import Evidence
import Foundation
import Promotion
import Releases
import StageRuns

/// A workspace in which fine-tune and shadow-evaluate have left what promote reads.
struct PromotionWorkspace {
    let root: URL
    let session: StageSession

    init(root: URL) throws {
        self.root = root
        session = try StageSession(options: StageOptions(workspace: root))
    }

    var options: StageOptions { StageOptions(workspace: root) }

    func options(settings yaml: String) throws -> StageOptions {
        let file = root.appending(path: "promote.yaml")
        try Data(yaml.utf8).write(to: file)
        return StageOptions(workspace: root, configurationFile: file)
    }

    /// Publishes a candidate whose seed makes it another release, and returns its id.
    @discardableResult
    func publishCandidate(seed: UInt64) throws -> Digest {
        let weights: [UInt8] = Array("weights of \(seed)".utf8)
        let digest = try session.objects.put(weights)
        let manifest = ReleaseManifest(
            weights: .init(digest: digest, byteCount: weights.count), base: nil,
            snapshot: Digest.of("snapshot"), labelSet: nil, valueFunctions: [], thresholds: [],
            conditioning: "none", configuration: .object([:]), seed: seed, heldOutShare: 0.1,
            machine: .init(program: "test", workers: 1, blasCore: "test"),
            policy: .init(
                preset: "tiny", historyLength: 2, horizon: 16, embodiments: [], normaliser: "",
                tokenizer: ""),
            tasks: [], trainingCurve: [])
        let bytes = try manifest.canonicalBytes()
        try publish(bytes, kind: "candidate", stage: "fine-tune")
        return Digest.of(bytes)
    }

    /// Publishes evidence about a release, of robots if there is one that it was compared with.
    func publishEvidence(
        _ verdict: EvidenceSummary.Verdict, about release: Digest, beating incumbent: Digest? = nil
    ) throws {
        let evidence = EvidenceSummary(
            candidate: release, incumbent: incumbent, verdict: verdict, reasons: ["because"],
            moreEpisodes: verdict == .undecided ? 12 : nil,
            errorSpent: incumbent.map { _ in
                ErrorSpent(test: 1, promotions: 0, alpha: 0.001, logEvidence: 8)
            })
        try publish(
            CanonicalJSON.bytes(of: evidence), kind: "evidence", stage: "shadow-evaluate")
    }

    /// A night up to promote.
    @discardableResult
    func night(
        seed: UInt64, _ verdict: EvidenceSummary.Verdict, settings: String? = nil,
        beating incumbent: Digest? = nil
    ) throws -> PromotionSummary {
        let release = try publishCandidate(seed: seed)
        try publishEvidence(verdict, about: release, beating: incumbent)
        return try promoteNightly(options: settings.map { try options(settings: $0) } ?? options)
            .summary
    }

    func publish(_ bytes: [UInt8], kind: String, stage: String) throws {
        let artefact = Artefact(
            kind: kind, name: kind, digest: try session.objects.put(bytes), byteCount: bytes.count)
        let attempt = try session.catalogue.beginAttempt(
            stage: stage, key: artefact.digest, run: nil, configurationJSON: "{}",
            environmentJSON: "{}", at: timestamp())
        try session.catalogue.succeed(
            attempt, outputs: [artefact], summaryJSON: "{}", at: timestamp())
    }

    /// What the channel's link names; must be what the catalogue says.
    func channel(_ name: String) throws -> Digest? {
        let link = try ChannelLinks(workspace: root).release(of: name)
        let pointer = try session.catalogue.channel(name)
        guard link?.hex == pointer else { throw Disagreement(link: link, pointer: pointer) }
        return link
    }

    struct Disagreement: Error {
        let link: Digest?
        let pointer: String?
    }

    func byHand() throws -> ManualPromotion {
        try ManualPromotion(options: options, actor: "ada")
    }
}
