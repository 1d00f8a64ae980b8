internal import Crypto
package import Foundation

/// Computes a SHA-256 digest of bytes that arrive in pieces.
package struct DigestAccumulator {
    private var hash = SHA256()

    /// Starts with no bytes.
    package init() {}

    /// Appends `bytes`, which are borrowed for the call.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe hash.update(bufferPointer: bytes)
    }

    /// Appends `bytes`.
    package mutating func update(_ bytes: [UInt8]) {
        hash.update(data: bytes)
    }

    /// Appends `bytes`.
    package mutating func update(_ bytes: Data) {
        hash.update(data: bytes)
    }

    /// Appends the UTF-8 bytes of `text`.
    package mutating func update(_ text: String) {
        hash.update(data: Array(text.utf8))
    }

    /// The digest of everything appended so far; more may be appended afterwards.
    package func finalize() -> Digest {
        Digest(trusted: hash.finalize())
    }
}
