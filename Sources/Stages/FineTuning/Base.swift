import Catalogue
import Digests
import EpisodeStore
import Releases
import StageRuns

/// The policy that fine-tunes start from: a signed release with lineage, as any other.
struct Base {
    static let channel = "base"

    let release: Digest
    let session: StageSession

    /// Signs it, and points the channel `base` to it; does nothing where that has been done.
    ///
    /// - Throws: `StageError` with exit code 75 while a promotion is at work.
    func register() throws {
        let lock = try FileLock.acquire(
            session.workspace.lock(ofStage: "promote"), for: "fine-tune --from-scratch",
            waitingAtMost: .seconds(30))
        let desk = try ReleaseDesk(
            workspace: session.workspace.root, catalogue: session.catalogue,
            objects: session.objects)
        let previous = try session.catalogue.channel(Self.channel)
        if previous != release.hex {
            try point(desk, from: try previous.map { try Digest(hex: $0) })
        }
        try desk.settle()
        _ = lock  // held to here
    }

    private func point(_ desk: ReleaseDesk, from previous: Digest?) throws {
        let known = try session.catalogue.release(id: release.hex)
        let sequence = try known?.sequence ?? session.catalogue.nextReleaseSequence()
        let verified = try desk.materialise(release, sequence: sequence)
        let decision = PromotionDecision(
            kind: .base, release: release, sequence: sequence, channel: Self.channel,
            previous: previous, verdict: nil, evidence: nil,
            weights: verified.manifest.weights.digest,
            reasons: ["trained from scratch on all experience: later fine-tunes start here"])
        let (json, time) = (try decision.json(), timestamp())
        let record = ReleaseRecord(
            id: release.hex, sequence: sequence, manifest: release, fineTuneAttempt: nil,
            state: .released, createdAt: time)
        try session.catalogue.write { transaction in
            _ = try transaction.insertRelease(record)
            try transaction.moveChannel(
                Self.channel, to: release.hex, from: previous?.hex, decisionJSON: json,
                actor: "fine-tune", at: time)
        }
    }
}
