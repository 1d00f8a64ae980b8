package import Digests

/// What the catalogue says lies in one shard.
package struct ShardUsage: Sendable, Equatable {
    package let shard: Digest
    /// Episodes of the experience in it.
    package let episodes: Int
    /// Bytes of their frames.
    package let byteCount: Int
}

/// An episode's frame, and where it lies.
package struct FramePlace: Sendable, Equatable {
    package let digest: Digest
    package let shard: Digest
    package let offset: Int
    package let length: Int

    /// Makes a place of its fields.
    package init(digest: Digest, shard: Digest, offset: Int, length: Int) {
        self.digest = digest
        self.shard = shard
        self.offset = offset
        self.length = length
    }
}

/// An output of an attempt, whose bytes have not been freed.
package struct KeptArtefact: Sendable, Equatable {
    package let attempt: String
    package let position: Int
    package let stage: String
    package let epoch: Int
    /// When the attempt ended: an ISO 8601 instant, UTC.
    package let finishedAt: String
    package let artefact: Artefact
}
