package import Foundation
private import Glibc

/// A file of this process's own for columns that are longer than memory: appended to, then read
/// anywhere.
///
/// It is removed when its last owner lets it go. Reads may come from several threads; appending may
/// not.
package final class ScratchFile: @unchecked Sendable {
    // Sendable: only `byteCount` changes, while one thread appends and before anybody else reads.
    private let path: String
    private let descriptor: Int32
    /// Bytes written so far.
    package private(set) var byteCount = 0

    /// An empty file at `url`, in place of what a killed process may have left there.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package init(at url: URL) throws {
        path = url.path
        let path = path
        descriptor = Int32(
            try SystemCall.check("creating", path) {
                Int(open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0o600))
            })
    }

    deinit {
        SystemCall.close(descriptor)
        SystemCall.removeTemporary(path)
    }

    /// Appends the values' bytes.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func append<Value: BitwiseCopyable>(_ values: [Value]) throws {
        try values.withUnsafeBytes { bytes in
            try SystemCall.write(bytes, to: descriptor, path)
            byteCount += bytes.count
        }
    }

    /// Reads `target.count` values, the first of them `index` values from the file's beginning.
    ///
    /// - Throws: ``EpisodeStoreError`` if the file ends before.
    package func read<Value: BitwiseCopyable>(
        _ count: Int, from index: Int, into target: inout [Value]
    ) throws {
        let stride = MemoryLayout<Value>.stride
        precondition(count <= target.count, "\(count) values into \(target.count)")
        try target.withUnsafeMutableBytes { bytes in
            try SystemCall.read(
                UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * stride)]),
                from: descriptor, at: index * stride, path)
        }
    }
}

extension SystemCall {
    /// Fills `bytes` from `offset` of an open file.
    static func read(
        _ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int,
        _ path: String
    ) throws {
        var filled = 0
        while filled < bytes.count {
            let got = try check("reading", path) {
                pread(
                    descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled,
                    off_t(offset + filled))
            }
            guard got > 0 else {
                throw EpisodeStoreError(
                    .locationOutOfBounds,
                    "reading \(path): it ends at byte \(offset + filled), expected "
                        + "\(bytes.count - filled) bytes more; run the same command again")
            }
            filled += got
        }
    }
}
