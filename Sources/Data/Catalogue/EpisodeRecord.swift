package import Digests
package import Episodes

/// What the catalogue knows of one accepted episode.
package struct EpisodeRecord: Sendable, Equatable {
    /// The episode's identity: the digest of its arrays.
    package let digest: Digest
    /// The shard that holds it.
    package let shard: Digest
    /// Where its frame begins in the shard, in bytes.
    package let offset: Int
    /// Length of its frame, in bytes.
    package let length: Int
    /// Everything about it that is not an array.
    package let metadata: EpisodeMetadata
    /// Steps on which a human was driving; 0 where that was not recorded.
    package let interventionCount: Int
    /// Bytes of its arrays.
    package let bytesIn: Int
    /// Bytes that it takes in the shard.
    package let bytesStored: Int
    /// Digest of the file that it came from.
    package let sourceFile: Digest
    /// ISO 8601 instant, UTC; not part of any key.
    package let ingestedAt: String

    /// Makes a record of its fields.
    package init(
        digest: Digest, shard: Digest, offset: Int, length: Int, metadata: EpisodeMetadata,
        interventionCount: Int, bytesIn: Int, bytesStored: Int, sourceFile: Digest,
        ingestedAt: String
    ) {
        self.digest = digest
        self.shard = shard
        self.offset = offset
        self.length = length
        self.metadata = metadata
        self.interventionCount = interventionCount
        self.bytesIn = bytesIn
        self.bytesStored = bytesStored
        self.sourceFile = sourceFile
        self.ingestedAt = ingestedAt
    }
}

/// The columns of an episode that planning needs: cheaper to stream than whole records.
package struct EpisodeOutline: Sendable, Equatable {
    package let digest: Digest
    package let instruction: String
    /// Name of the embodiment.
    package let embodiment: String
    package let outcome: Outcome
    package let stepCount: Int
    package let robot: String?
    package let site: String?
    package let isDemonstration: Bool
    package let interventionCount: Int
}

/// How many episodes of one task ended in one way.
package struct TaskCount: Sendable, Equatable {
    package let instruction: String
    /// Name of the embodiment.
    package let embodiment: String
    package let outcome: Outcome
    package let episodes: Int
    package let steps: Int
}

/// One file that was ingested, and what became of its episodes.
package struct SourceFileRecord: Sendable, Equatable {
    /// Digest of the file's bytes.
    package let digest: Digest
    /// The file's name when it was first seen.
    package let name: String
    package let byteCount: Int
    /// The layout that was recognised, such as `robomimic`; nil where none was.
    package let format: String?
    package let accepted: Int
    package let duplicates: Int
    package let quarantined: Int
    /// ISO 8601 instant, UTC.
    package let ingestedAt: String

    /// Makes a record of its fields.
    package init(
        digest: Digest, name: String, byteCount: Int, format: String?, accepted: Int,
        duplicates: Int, quarantined: Int, ingestedAt: String
    ) {
        self.digest = digest
        self.name = name
        self.byteCount = byteCount
        self.format = format
        self.accepted = accepted
        self.duplicates = duplicates
        self.quarantined = quarantined
        self.ingestedAt = ingestedAt
    }
}

/// A file or an episode that was refused, and why.
package struct QuarantineRecord: Sendable, Equatable {
    /// Digest of the file's bytes.
    package let sourceFile: Digest
    package let fileName: String
    /// The episode's name inside the file; nil where the whole file was refused.
    package let episode: String?
    /// The stage that refused it.
    package let stage: String
    /// The reason's code, for counting.
    package let reason: String
    /// What was found and what was expected, for a person.
    package let message: String
    /// ISO 8601 instant, UTC.
    package let at: String

    /// Makes a record of its fields.
    package init(
        sourceFile: Digest, fileName: String, episode: String?, stage: String, reason: String,
        message: String, at: String
    ) {
        self.sourceFile = sourceFile
        self.fileName = fileName
        self.episode = episode
        self.stage = stage
        self.reason = reason
        self.message = message
        self.at = at
    }
}
