package import Digests
import Foundation

/// Writes a new shard from frames of older ones, bytes as they are, each verified on the way.
package final class ShardCopier {
    /// Other than a writer's: an ingest removes what killed ingests have left.
    static let prefix = ".compacting-"

    private let shards: EpisodeShards
    private let temporary: URL
    private let descriptor: Int32
    private var accumulator = DigestAccumulator()
    private var isOpen = true
    /// Bytes written so far.
    package private(set) var byteCount = 0

    /// Starts an empty shard.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package init(in shards: EpisodeShards) throws {
        self.shards = shards
        let temporary = shards.directory.appending(path: Self.prefix + UUID().uuidString)
        descriptor = try SystemCall.createNew(temporary.path)
        self.temporary = temporary
    }

    deinit { discard() }

    /// Appends the frame at `location`, which must hold the episode of that digest.
    ///
    /// - Returns: bytes before it in the new shard.
    /// - Throws: ``EpisodeStoreError``; nothing was appended where the frame is damaged.
    package func append(_ location: EpisodeLocation, expecting digest: Digest) throws -> Int {
        _ = try shards.read(location, expecting: digest)
        let bytes = try SystemCall.read(
            shards.url(of: location.shard).path, offset: location.offset, count: location.length)
        let offset = byteCount
        accumulator.update(bytes)
        try bytes.withUnsafeBytes { try SystemCall.write($0, to: descriptor, temporary.path) }
        byteCount += bytes.count
        return offset
    }

    /// Makes the shard durable under its name.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func finish() throws -> Digest {
        precondition(isOpen, "a shard is finished once")
        let digest = accumulator.finalize()
        try SystemCall.synchronise(descriptor, temporary.path)
        try shards.lock.shared {
            try DurableFile.move(temporary, to: shards.url(of: digest))
        }
        SystemCall.close(descriptor)
        isOpen = false
        return digest
    }

    /// Removes what was written; does nothing after ``finish()``.
    package func discard() {
        guard isOpen else { return }
        isOpen = false
        SystemCall.close(descriptor)
        SystemCall.removeTemporary(temporary.path)
    }
}
