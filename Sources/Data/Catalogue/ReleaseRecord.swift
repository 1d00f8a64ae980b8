package import Digests

/// What became of a release.
package enum ReleaseState: String, Codable, Sendable, CaseIterable {
    case candidate, released, rejected
}

/// A signed policy, as the catalogue keeps it.
package struct ReleaseRecord: Sendable, Equatable {
    /// Digest of the canonical manifest without times and signature, as hexadecimal digits.
    package let id: String
    /// The version: every new release has a higher one.
    package let sequence: Int
    /// Digest of the manifest object.
    package let manifest: Digest
    /// The attempt that made the weights.
    package let fineTuneAttempt: String?
    package let state: ReleaseState
    /// Whether it is kept resident on disk for a rollback.
    package let isPinned: Bool
    /// ISO 8601 instant, UTC.
    package let createdAt: String

    /// Makes a record of its fields.
    package init(
        id: String, sequence: Int, manifest: Digest, fineTuneAttempt: String?,
        state: ReleaseState, isPinned: Bool = false, createdAt: String
    ) {
        self.id = id
        self.sequence = sequence
        self.manifest = manifest
        self.fineTuneAttempt = fineTuneAttempt
        self.state = state
        self.isPinned = isPinned
        self.createdAt = createdAt
    }
}

/// A named pointer to a release.
package struct ChannelRecord: Sendable, Equatable {
    package let name: String
    /// The release that it points to; nil where it was cleared.
    package let release: String?
    /// The history record of its last move.
    package let historySequence: Int
}

/// What a history record says was done.
package enum HistoryAction: String, Codable, Sendable, CaseIterable {
    /// A channel was pointed at another release, or cleared.
    case moved
    /// A release was pinned for rollbacks.
    case pinned
    case unpinned
    /// A candidate was turned down.
    case rejected
    /// It was decided to change nothing yet.
    case undecided
}

/// A decision about releases that is about to be recorded.
package struct HistoryEntry: Sendable, Equatable {
    package let action: HistoryAction
    package let channel: String?
    package let release: String?
    package let previousRelease: String?
    /// Evidence, its numbers and the reasons, as canonical JSON.
    package let decisionJSON: String
    /// A person's name, or `auto`.
    package let actor: String
    /// The attempt that decided; nil where a person did.
    package let attempt: String?
    /// ISO 8601 instant, UTC.
    package let at: String

    /// Makes an entry of its fields.
    package init(
        action: HistoryAction, channel: String?, release: String?, previousRelease: String?,
        decisionJSON: String, actor: String, attempt: String?, at: String
    ) {
        self.action = action
        self.channel = channel
        self.release = release
        self.previousRelease = previousRelease
        self.decisionJSON = decisionJSON
        self.actor = actor
        self.attempt = attempt
        self.at = at
    }
}

/// One link of the hash-chained history of releases and channels.
package struct HistoryRecord: Sendable, Equatable {
    /// Counts from 1 without gaps.
    package let sequence: Int
    package let entry: HistoryEntry
    /// Hash of the record before, or of nothing for the first.
    package let previousHash: Digest
    /// Hash over the canonical JSON of everything else in this record.
    package let hash: Digest
}
