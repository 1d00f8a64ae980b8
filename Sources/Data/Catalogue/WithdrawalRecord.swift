package import Digests
import Episodes

/// Which episodes are meant: all conditions that are given must hold.
package struct EpisodeSelection: Codable, Sendable, Equatable {
    package var robot: String?
    package var site: String?
    /// Who drove or watched.
    package var operatorName: String?
    /// The task in words.
    package var instruction: String?
    /// The first day, `2026-11-23`, of the recording, or of its ingest where nobody noted that.
    package var from: String?
    /// The last day.
    package var to: String?

    /// Makes a selection; without any condition it means all experience.
    package init(
        robot: String? = nil, site: String? = nil, operatorName: String? = nil,
        instruction: String? = nil, from: String? = nil, to: String? = nil
    ) {
        self.robot = robot
        self.site = site
        self.operatorName = operatorName
        self.instruction = instruction
        self.from = from
        self.to = to
    }

    /// Whether no condition is given.
    package var isEmpty: Bool { self == EpisodeSelection() }

    /// Whether an episode is meant.
    package func contains(_ episode: EpisodeRecord) -> Bool {
        let provenance = episode.metadata.provenance
        let day = String((provenance.recordedAt ?? episode.ingestedAt).prefix(10))
        return (robot.map { $0 == provenance.robot } ?? true)
            && (site.map { $0 == provenance.site } ?? true)
            && (operatorName.map { $0 == provenance.operatorName } ?? true)
            && (instruction.map { $0 == episode.metadata.instruction } ?? true)
            && (from.map { $0 <= day } ?? true) && (to.map { day <= $0 } ?? true)
    }
}

/// One withdrawal: who asked for what, and who had learned from it by then.
package struct WithdrawalRecord: Sendable, Equatable {
    /// Counts from 1.
    package let number: Int
    package let reason: String
    /// Who withdrew it.
    package let actor: String
    /// The selection, as JSON.
    package let selectionJSON: String
    /// Releases, snapshots and label sets that saw the episodes, as JSON.
    package let seenByJSON: String
    /// ISO 8601 instant, UTC.
    package let at: String
    /// Episodes that it took out of the experience.
    package let episodes: Int
    /// Those of them whose bytes are gone.
    package let erased: Int
}

/// The tombstone of an episode: where its bytes lie until the next compaction.
package struct WithdrawnEpisode: Sendable, Equatable {
    package let digest: Digest
    package let shard: Digest
    package let offset: Int
    package let length: Int
    /// Digest of the file that brought it.
    package let sourceFile: Digest
    /// ISO 8601 instant, UTC.
    package let at: String
    /// When its bytes went; nil while they lie in the shard.
    package let erasedAt: String?
}
