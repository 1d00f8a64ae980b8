package import Digests
package import Episodes

/// An episode as it will lie in a shard.
package struct CompressedEpisode: Sendable {
    package let digest: Digest
    /// Bytes of the episode's arrays.
    package let bytesIn: Int
    let frame: [UInt8]
}

/// Compresses several episodes at once, one a core.
///
/// The frames are those that ``ShardWriter`` makes itself.
package final class EpisodeCompressor {
    /// Bytes of the largest episode that is compressed here; ``ShardWriter`` takes others bit by bit.
    package static let byteLimit = EpisodeFramer.byteLimit

    private let framers: [EpisodeFramer]

    /// - Throws: `ZstdError` if the library has no memory.
    package init(workers: Int) throws {
        framers = try (0..<max(1, workers)).map { _ in try EpisodeFramer() }
    }

    /// Digests of `episodes`, in their order.
    package func digests(of episodes: [Episode]) -> [Digest] {
        var digests = [Digest?](repeating: nil, count: episodes.count)
        digests.withUnsafeMutableBufferPointer { buffer in
            // Sound: each worker writes every `workers`-th element.
            nonisolated(unsafe) let target = buffer
            let workers = min(framers.count, episodes.count)
            Threads.perform(workers) { worker in
                for index in stride(from: worker, to: episodes.count, by: workers) {
                    target[index] = EpisodeDigest.digest(of: episodes[index])
                }
            }
        }
        return digests.compactMap(\.self)
    }

    /// Compresses `episodes`, whose digests the caller has computed; the result is in their order.
    ///
    /// - Precondition: none has more than ``byteLimit`` bytes.
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`, the first one's.
    package func compress(
        _ episodes: [(episode: Episode, digest: Digest)]
    ) throws -> [CompressedEpisode] {
        var results = [Result<CompressedEpisode, any Error>?](repeating: nil, count: episodes.count)
        let workers = min(framers.count, episodes.count)
        results.withUnsafeMutableBufferPointer { buffer in
            // Sound: each worker has a framer of its own, and writes every `workers`-th element.
            nonisolated(unsafe) let target = buffer
            nonisolated(unsafe) let framers = framers
            Threads.perform(workers) { worker in
                for index in stride(from: worker, to: episodes.count, by: workers) {
                    let (episode, digest) = episodes[index]
                    target[index] = Result {
                        CompressedEpisode(
                            digest: digest, bytesIn: episode.byteCount,
                            frame: try framers[worker].frame(of: episode))
                    }
                }
            }
        }
        return try results.compactMap { try $0?.get() }
    }
}

extension Episode {
    /// Bytes of all arrays.
    package var byteCount: Int { arrays.reduce(0) { $0 + $1.bytes.count } }
}
