package import Digests
import Foundation

/// Writes a new shard from frames of older ones, bytes as they are, each verified on the way.
package final class ShardCopier {
    /// Other than a writer's: an ingest removes what killed ingests have left.
    static let prefix = ".compacting-"

    private let shards: EpisodeShards
    private let shard: UnnamedShard

    /// Starts an empty shard.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package init(in shards: EpisodeShards) throws {
        self.shards = shards
        shard = try UnnamedShard(
            at: shards.directory.appending(path: Self.prefix + UUID().uuidString))
    }

    /// Bytes written so far.
    package var byteCount: Int { shard.byteCount }

    /// Appends the frame at `location`, which must hold the episode of that digest.
    ///
    /// - Returns: bytes before it in the new shard.
    /// - Throws: ``EpisodeStoreError``; nothing was appended where the frame is damaged.
    package func append(_ location: EpisodeLocation, expecting digest: Digest) throws -> Int {
        _ = try shards.read(location, expecting: digest)
        let bytes = try SystemCall.read(
            shards.url(of: location.shard).path, offset: location.offset, count: location.length)
        let offset = byteCount
        try bytes.withUnsafeBytes { try shard.append($0) }
        return offset
    }

    /// Makes the shard durable under its name.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func finish() throws -> Digest { try shard.finish(in: shards.directory) }

    /// Removes what was written; does nothing after ``finish()``.
    package func discard() { shard.discard() }
}
