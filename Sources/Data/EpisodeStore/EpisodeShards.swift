package import Digests
package import Episodes
package import Foundation
internal import Zstd

/// Reads episodes back from shards; nothing is believed that was not verified.
package struct EpisodeShards: Sendable {
    let directory: URL
    let lock: SweepLock
    /// An episode may not have more bytes than this once it is decompressed.
    private let episodeByteLimit: Int

    /// The shards of the workspace at `root`.
    package init(workspace root: URL, episodeByteLimit: Int = 16 << 30) {
        directory = Self.directory(of: root)
        lock = SweepLock(folder: directory)
        self.episodeByteLimit = episodeByteLimit
    }

    static func directory(of root: URL) -> URL {
        root.appending(path: "shards", directoryHint: .isDirectory)
    }

    static func url(of shard: Digest, in directory: URL) -> URL {
        directory.appending(path: shard.hex + ".zst")
    }

    /// Where the shard lies, whether or not it is there.
    package func url(of shard: Digest) -> URL { Self.url(of: shard, in: directory) }

    /// The episode at `location`.
    ///
    /// - Throws: ``EpisodeStoreError`` or `ZstdError` if the shard is missing or damaged, or its
    ///   content is not the episode of that digest.
    package func read(_ location: EpisodeLocation, expecting digest: Digest) throws -> Episode {
        let path = url(of: location.shard).path
        let file = try readFrame(location)
        let episode = try EpisodeFrame.episode(file, path: path)
        let found = EpisodeDigest.digest(of: episode)
        guard found == digest else {
            throw EpisodeStoreError.mismatch(
                "the episode at byte \(location.offset) of \(path)", found: found,
                expected: digest)
        }
        return episode
    }

    /// The safetensors file at `location`, whose checksum has been verified.
    ///
    /// - Throws: ``EpisodeStoreError`` or `ZstdError` if the shard is missing or damaged.
    package func readFrame(_ location: EpisodeLocation) throws -> [UInt8] {
        let path = url(of: location.shard).path
        guard let byteCount = SystemCall.byteCount(path) else {
            throw EpisodeStoreError(
                .objectMissing,
                "reading episodes: there is no shard \(path); restore it from a backup")
        }
        guard location.offset >= 0, location.length > 0, location.length <= byteCount,
            location.offset <= byteCount - location.length
        else {
            throw EpisodeStoreError(
                .locationOutOfBounds,
                "reading \(path): bytes \(location.offset) and the \(location.length) after it "
                    + "do not lie in a file of \(byteCount) bytes; restore it from a backup")
        }
        let frame = try SystemCall.read(path, offset: location.offset, count: location.length)
        do {
            return try FrameDecompressor.decompress(frame, byteLimit: episodeByteLimit)
        } catch {
            throw EpisodeStoreError(
                .frameMalformed,
                "reading the episode at byte \(location.offset) of \(path): \(error); "
                    + "restore the shard from a backup")
        }
    }

    /// Removes unfinished shards of killed writers; only for a caller that holds ingest's lock.
    ///
    /// - Throws: Foundation's errors.
    package func removeLeftovers() throws {
        try DurableFile.removeLeftovers(in: directory)
    }
}
