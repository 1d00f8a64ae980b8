package import Digests
package import Foundation

/// Immutable content under its SHA-256: `objects/ab/abcd…`, written once, verified when read.
package struct ObjectStore: Sendable {
    let directory: URL
    let lock: SweepLock

    /// The objects of the workspace at `root`.
    package init(workspace root: URL) {
        directory = root.appending(path: "objects", directoryHint: .isDirectory)
        lock = SweepLock(folder: directory)
    }

    /// Where the object lies, whether or not it is there.
    package func url(of digest: Digest) -> URL {
        directory.appending(path: String(digest.hex.prefix(2))).appending(path: digest.hex)
    }

    /// Whether a file of that name is there; ``verify(_:)`` says whether it is true.
    package func exists(_ digest: Digest) -> Bool {
        SystemCall.byteCount(url(of: digest).path) != nil
    }

    /// Keeps `bytes`, durably, and returns their name.
    ///
    /// - Throws: ``EpisodeStoreError`` or Foundation's errors.
    package func put(_ bytes: [UInt8]) throws -> Digest {
        let digest = Digest.of(bytes)
        guard try isAbsent(digest) else { return digest }
        try DurableFile.write(bytes, to: url(of: digest))
        return digest
    }

    /// Takes over a temporary file on the same file system, durably, and returns its name.
    ///
    /// - Throws: ``EpisodeStoreError`` or Foundation's errors; the file stays where it was then.
    package func put(file: URL) throws -> Digest {
        let digest = try Self.digest(ofFile: file)
        guard try isAbsent(digest) else {
            SystemCall.removeTemporary(file.path)
            return digest
        }
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
        try DurableFile.move(file, to: url(of: digest))
        return digest
    }

    /// The object's bytes.
    ///
    /// - Throws: ``EpisodeStoreError`` if it is missing, or is not what its name says.
    package func read(_ digest: Digest) throws -> [UInt8] {
        let path = url(of: digest).path
        guard let byteCount = SystemCall.byteCount(path) else { throw missing(digest) }
        let bytes = try SystemCall.read(path, offset: 0, count: byteCount)
        let found = Digest.of(bytes)
        guard found == digest else {
            throw EpisodeStoreError.mismatch(path, found: found, expected: digest)
        }
        return bytes
    }

    /// Checks that the object is there and is what its name says.
    ///
    /// - Throws: ``EpisodeStoreError`` if not.
    package func verify(_ digest: Digest) throws {
        guard exists(digest) else { throw missing(digest) }
        let found = try Self.digest(ofFile: url(of: digest))
        guard found == digest else {
            throw EpisodeStoreError.mismatch(
                url(of: digest).path, found: found, expected: digest)
        }
    }

    /// The digest of a file's content, read in pieces.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package static func digest(ofFile file: URL) throws -> Digest {
        var accumulator = DigestAccumulator()
        // A piece is hashed while it still lies in the processor's cache.
        try SystemCall.forEachPiece(file.path, count: 1 << 18) { accumulator.update($0) }
        return accumulator.finalize()
    }

    /// Whether there is no true object of that name; a damaged one is to be written again.
    ///
    /// One that is there is touched, so that no compaction frees what is about to be recorded.
    private func isAbsent(_ digest: Digest) throws -> Bool {
        let target = url(of: digest)
        if exists(digest), try lock.shared({ try SystemCall.touch(target.path) }) {
            return try Self.digest(ofFile: target) != digest
        }
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        return true
    }

    private func missing(_ digest: Digest) -> EpisodeStoreError {
        EpisodeStoreError(
            .objectMissing,
            "reading the object \(digest): there is no \(url(of: digest).path); "
                + "rerun the stage that made it, or restore it from a backup")
    }
}
