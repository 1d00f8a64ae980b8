package import Digests
package import Episodes
package import Foundation

/// Where an episode's frame lies.
package struct EpisodeLocation: Codable, Hashable, Sendable {
    package let shard: Digest
    /// Bytes before the frame in the shard.
    package let offset: Int
    /// Bytes of the frame.
    package let length: Int

    package init(shard: Digest, offset: Int, length: Int) {
        self.shard = shard
        self.offset = offset
        self.length = length
    }
}

/// An episode that has been appended to a shard which has no name yet.
package struct StoredFrame: Hashable, Sendable {
    package let digest: Digest
    package let offset: Int
    package let length: Int
    /// Bytes of the episode's arrays.
    package let bytesIn: Int
    /// Bytes of the frame.
    package var bytesStored: Int { length }
}

/// Writes one shard: zstd frames one after the other, named by their digest when it is finished.
package final class ShardWriter {
    private let directory: URL
    private let framer: EpisodeFramer
    private let shard: UnnamedShard
    /// Episodes appended so far.
    package private(set) var episodeCount = 0

    /// Starts an empty shard of the workspace at `root`.
    ///
    /// - Throws: ``EpisodeStoreError``, `ZstdError`, or Foundation's errors.
    package init(workspace root: URL) throws {
        directory = EpisodeShards.directory(of: root)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        framer = try EpisodeFramer()
        shard = try UnnamedShard(
            at: DurableFile.temporaryURL(beside: directory.appending(path: "shard")))
    }

    /// Bytes written so far.
    package var byteCount: Int { shard.byteCount }

    /// Appends one episode; nothing of it is visible before ``finish()``.
    ///
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`; the shard must be discarded then.
    package func append(_ episode: Episode) throws -> StoredFrame {
        try append(episode, digest: EpisodeDigest.digest(of: episode))
    }

    /// Appends one episode whose digest the caller has computed.
    ///
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`; the shard must be discarded then.
    package func append(_ episode: Episode, digest: Digest) throws -> StoredFrame {
        let offset = byteCount
        let length = try framer.compress(episode) { try shard.append($0) }
        episodeCount += 1
        return StoredFrame(
            digest: digest, offset: offset, length: length, bytesIn: episode.byteCount)
    }

    /// Appends one episode that ``EpisodeCompressor`` has compressed.
    ///
    /// - Throws: ``EpisodeStoreError``; the shard must be discarded then.
    package func append(_ episode: CompressedEpisode) throws -> StoredFrame {
        let offset = byteCount
        try episode.frame.withUnsafeBytes { try shard.append($0) }
        episodeCount += 1
        return StoredFrame(
            digest: episode.digest, offset: offset, length: episode.frame.count,
            bytesIn: episode.bytesIn)
    }

    /// Makes the shard durable under its name, which locations of its frames need.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func finish() throws -> Digest { try shard.finish(in: directory) }

    /// Removes what was written; does nothing after ``finish()``.
    package func discard() { shard.discard() }
}
