import Catalogue
package import Digests
import Foundation
import Releases
package import StageRuns

/// What a person's command did.
package struct ManualDecision: Codable, Sendable, Equatable {
    package let headline: String
    package let release: Digest
    package let sequence: Int
    /// The channel that moved; nil for a pin.
    package let channel: String?
    package let previous: Digest?
    package let actor: String
    package let reason: String

    /// Lines for a person.
    package var lines: [String] { [headline, "  reason: \(reason)", "  by: \(actor)"] }
}

/// What a person does by hand: `promote candidate`, `promote rollback` and `promote pin`.
///
/// Each holds the lock of the night's promotion, verifies what it is about to point to, and records
/// who decided what and why in one transaction with the pointer.
package struct ManualPromotion: ~Copyable {
    private let desk: ReleaseDesk
    private let catalogue: ExperienceCatalogue
    private let configuration: PromotionConfiguration
    private let actor: String
    private let lock: FileLock

    /// - Parameters:
    ///   - options: the workspace and the settings.
    ///   - actor: who decides, for the history.
    /// - Throws: `StageError` where the night's promotion is at work.
    package init(options: StageOptions, actor: String = NSUserName()) throws {
        let session = try StageSession(options: options)
        let configuration = try ConfigurationFile.load(
            PromotionConfiguration.self, from: options.configurationFile)
        let lock = try FileLock.acquire(
            session.workspace.lock(ofStage: "promote"), for: "a promotion by \(actor)",
            waitingAtMost: .seconds(30))
        let desk = try ReleaseDesk(session: session)
        try desk.settle()
        self.desk = desk
        self.catalogue = session.catalogue
        self.configuration = configuration
        self.actor = actor
        self.lock = lock
    }

    /// Points a channel at a release of a higher version.
    ///
    /// With `despiteVeto` it goes on where the evidence says `fail`.
    ///
    /// - Returns: what was done.
    /// - Throws: `StageError` where the version is lower, or the evidence says `fail`.
    package func promote(
        _ text: String, channel: String?, reason: String, despiteVeto: Bool
    ) throws -> ManualDecision {
        let record = try find(text)
        let release = try Digest(hex: record.id)
        let evidence = try EvidenceShelf(catalogue: catalogue, objects: desk.objects)
            .newest(about: release)
        if evidence?.summary.verdict == .fail, !despiteVeto {
            throw StageError.inputRefused(
                "promoting \(release.short): shadow-evaluate vetoed it: "
                    + (evidence?.summary.reasons.joined(separator: "; ") ?? ""),
                next: "Promote another release, or add --despite-veto if you know better.")
        }
        let name = channel ?? configuration.productionChannel
        let current = try catalogue.pointers()[name]
        if let current, let other = try catalogue.release(id: current.hex),
            other.sequence > record.sequence
        {
            throw StageError.usage(
                "promoting \(release.short): its version \(record.sequence) is lower than "
                    + "\(other.sequence), which channel \(name) has; versions only go up",
                next: "To go back, use: promote rollback --to \(release.short) --reason TEXT")
        }
        return try move(
            record, to: name, kind: .candidate, reason: reason, evidence: evidence)
    }

    /// Points a channel back at a release that is resident on disk.
    ///
    /// The target is a pinned release, or one that the channel had; if none is given, the one that it
    /// had before.
    ///
    /// - Returns: what was done.
    /// - Throws: `StageError` where there is nothing to go back to.
    package func rollBack(
        channel: String?, to target: String?, reason: String
    ) throws -> ManualDecision {
        let name = channel ?? configuration.productionChannel
        let timeline = try catalogue.timeline(of: name)
        let record: ReleaseRecord
        if let target {
            record = try find(target)
            guard try record.isPinned || timeline.contains(Digest(hex: record.id)) else {
                throw StageError.usage(
                    "rolling \(name) back: \(target) is neither pinned nor was it in the channel",
                    next: "See promote history; pin a release to be able to go back to it.")
            }
        } else {
            record = try previous(in: timeline, of: name)
        }
        return try move(record, to: name, kind: .rollback, reason: reason, evidence: nil)
    }

    /// Pins a release, so that any channel can be rolled back to it.
    ///
    /// - Returns: what was done.
    /// - Throws: `ReleaseError` where the release on disk is not what was signed.
    package func pin(_ text: String, reason: String) throws -> ManualDecision {
        let record = try find(text)
        let verified = try resident(record)
        let decision = PromotionDecision(
            kind: .pin, release: verified.id, sequence: record.sequence, channel: nil,
            previous: nil, verdict: nil, evidence: nil,
            weights: verified.manifest.weights.digest, reasons: [reason])
        let json = try decision.json()
        try catalogue.write { transaction in
            try transaction.setPinned(
                true, release: record.id, decisionJSON: json, actor: actor, at: timestamp())
        }
        return ManualDecision(
            headline: "pinned \(name(of: record))", release: verified.id,
            sequence: record.sequence, channel: nil, previous: nil, actor: actor, reason: reason)
    }
}

extension ManualPromotion {
    private borrowing func move(
        _ record: ReleaseRecord, to channel: String, kind: PromotionDecision.Kind,
        reason: String, evidence: EvidenceShelf.Entry?
    ) throws -> ManualDecision {
        try ChannelLinks.checkName(channel)
        let verified = try resident(record)
        let current = try catalogue.pointers()[channel]
        guard current != verified.id else {
            throw StageError.usage(
                "channel \(channel) has \(name(of: record)) already", next: "Nothing to do.")
        }
        let decision = try PromotionDecision(
            kind: kind, release: verified.id, sequence: record.sequence, channel: channel,
            previous: current, verdict: evidence?.summary.verdict, evidence: evidence?.digest,
            weights: verified.manifest.weights.digest, reasons: [reason]
        ).json()
        try catalogue.write { transaction in
            if record.state != .released {
                try transaction.setReleaseState(record.id, from: record.state, to: .released)
            }
            try transaction.moveChannel(
                channel, to: record.id, from: current?.hex, decisionJSON: decision, actor: actor,
                at: timestamp())
        }
        try desk.settle()
        let verb = kind == .rollback ? "rolled back to" : "now has"
        return ManualDecision(
            headline: "channel \(channel) \(verb) \(name(of: record)), was "
                + (current?.short ?? "empty"),
            release: verified.id, sequence: record.sequence, channel: channel, previous: current,
            actor: actor, reason: reason)
    }

    /// The release on disk, verified; one that was never written is made from the object store.
    private borrowing func resident(_ record: ReleaseRecord) throws -> VerifiedRelease {
        let release = try Digest(hex: record.id)
        guard desk.store.isResident(release) else {
            return try desk.materialise(release, sequence: record.sequence)
        }
        return try desk.store.verified(release, key: desk.key.publicKey)
    }

    private borrowing func previous(
        in timeline: ChannelTimeline, of channel: String
    ) throws -> ReleaseRecord {
        guard let target = timeline.rollbackTarget,
            let record = try catalogue.release(id: target.hex)
        else {
            throw StageError.usage(
                "rolling \(channel) back: it has had \(timeline.releases.count) release(s), and "
                    + "none before the one that it has",
                next: "Give --to RELEASE with a pinned release; promote status lists them.")
        }
        return record
    }

    /// The release whose id begins with `text`.
    private borrowing func find(_ text: String) throws -> ReleaseRecord {
        let found = try catalogue.releases(limit: 100_000).filter { $0.id.hasPrefix(text) }
        guard text.utf8.count >= 6, let record = found.first, found.count == 1 else {
            throw StageError.usage(
                "'\(text)' names \(text.utf8.count < 6 ? "too few digits of a release" : "\(found.count) releases"), "
                    + "expected at least 6 digits of one release's id",
                next: "promote status lists the releases.")
        }
        return record
    }

    private borrowing func name(of record: ReleaseRecord) -> String {
        "release \(record.id.prefix(12)) (version \(record.sequence))"
    }
}
