package import Digests
package import Episodes
internal import Zstd

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
    private let compressors: [FrameCompressor]

    /// - Throws: `ZstdError` if the library has no memory.
    package init(workers: Int) throws {
        compressors = try (0..<max(1, workers)).map { _ in try FrameCompressor() }
    }

    /// Digests of `episodes`, in their order.
    package func digests(of episodes: [Episode]) -> [Digest] {
        var digests = [Digest?](repeating: nil, count: episodes.count)
        digests.withUnsafeMutableBufferPointer { buffer in
            // Sound: each worker writes every `workers`-th element.
            nonisolated(unsafe) let target = buffer
            let workers = min(compressors.count, episodes.count)
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
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`, the first one's.
    package func compress(
        _ episodes: [(episode: Episode, digest: Digest)]
    ) throws -> [CompressedEpisode] {
        var results = [Result<CompressedEpisode, any Error>?](repeating: nil, count: episodes.count)
        let workers = min(compressors.count, episodes.count)
        results.withUnsafeMutableBufferPointer { buffer in
            // Sound: each worker has a compressor of its own, and writes every `workers`-th element.
            nonisolated(unsafe) let target = buffer
            nonisolated(unsafe) let compressors = compressors
            Threads.perform(workers) { worker in
                for index in stride(from: worker, to: episodes.count, by: workers) {
                    let (episode, digest) = episodes[index]
                    target[index] = Result { try compressors[worker].compressed(episode, digest) }
                }
            }
        }
        return try results.compactMap { try $0?.get() }
    }
}

extension FrameCompressor {
    /// One frame with the episode.
    func compress(
        _ episode: Episode, write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let arePicturesCompressed = episode.metadata.cameras.contains { $0.encoding == .jpegRows }
        return try compress(
            try EpisodeFrame.pieces(of: episode), areCompressed: arePicturesCompressed, write: write
        )
    }

    fileprivate func compressed(_ episode: Episode, _ digest: Digest) throws -> CompressedEpisode {
        var frame: [UInt8] = []
        let byteCount = episode.byteCount
        frame.reserveCapacity(byteCount)
        _ = try compress(episode) { frame.append(contentsOf: $0) }
        return CompressedEpisode(digest: digest, bytesIn: byteCount, frame: frame)
    }
}

extension Episode {
    /// Bytes of all arrays.
    package var byteCount: Int { arrays.reduce(0) { $0 + $1.bytes.count } }
}
