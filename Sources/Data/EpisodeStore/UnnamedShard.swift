import Digests
import Foundation

/// A shard that is being written: its bytes lie in a temporary file, and its name is not known yet.
final class UnnamedShard {
    private let temporary: URL
    private let descriptor: Int32
    private var accumulator = DigestAccumulator()
    private var isOpen = true
    /// Bytes written so far.
    private(set) var byteCount = 0
    /// Bytes that are on their way to disk, so that ``finish(in:)`` waits for the last ones only.
    private var writtenOut = 0

    private static let writeOutByteCount = 4 << 20
    /// What is written right after it was hashed is copied out of the processor's cache.
    private static let pieceByteCount = 1 << 18

    /// Starts an empty one in a file that is not there yet.
    ///
    /// - Throws: ``EpisodeStoreError``.
    init(at temporary: URL) throws {
        descriptor = try SystemCall.createNew(temporary.path)
        self.temporary = temporary
    }

    deinit { discard() }

    /// - Throws: ``EpisodeStoreError``; the shard must be discarded then.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        for start in stride(from: 0, to: bytes.count, by: Self.pieceByteCount) {
            let piece = UnsafeRawBufferPointer(
                rebasing: bytes[start..<min(start + Self.pieceByteCount, bytes.count)])
            accumulator.update(piece)
            try SystemCall.write(piece, to: descriptor, temporary.path)
        }
        byteCount += bytes.count
        let waiting = byteCount - writtenOut
        guard waiting >= Self.writeOutByteCount else { return }
        SystemCall.beginWriteOut(descriptor, offset: writtenOut, count: waiting)
        writtenOut = byteCount
    }

    /// Makes the shard durable in `directory`, under its name.
    ///
    /// - Throws: ``EpisodeStoreError``.
    func finish(in directory: URL) throws -> Digest {
        precondition(isOpen, "a shard is finished once")
        let digest = accumulator.finalize()
        try SystemCall.synchronise(descriptor, temporary.path)
        try SweepLock(folder: directory).shared {
            try DurableFile.move(temporary, to: EpisodeShards.url(of: digest, in: directory))
        }
        SystemCall.close(descriptor)
        isOpen = false
        return digest
    }

    /// Removes what was written; does nothing after ``finish(in:)``.
    func discard() {
        guard isOpen else { return }
        isOpen = false
        SystemCall.close(descriptor)
        SystemCall.removeTemporary(temporary.path)
    }
}
