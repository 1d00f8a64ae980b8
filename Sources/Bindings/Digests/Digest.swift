internal import Crypto
package import Foundation

/// A SHA-256 digest: the name of immutable content.
package struct Digest: Hashable, Sendable {
    /// Number of bytes in a digest.
    package static let byteCount = 32

    /// The digest as four big-endian words, so that a million of them need no heap.
    private let words: SIMD4<UInt64>

    /// Makes a digest of its 32 raw bytes.
    ///
    /// - Throws: ``DigestError`` unless there are 32 bytes.
    package init(bytes: [UInt8]) throws(DigestError) {
        guard bytes.count == Self.byteCount else {
            throw DigestError(found: hexadecimal(bytes))
        }
        self.init(trusted: bytes)
    }

    /// Reads a digest that was written as hexadecimal digits.
    ///
    /// - Throws: ``DigestError`` unless `hex` is 64 lowercase hexadecimal digits.
    package init(hex: String) throws(DigestError) {
        guard let bytes = bytesOfHexadecimal(hex), bytes.count == Self.byteCount else {
            throw DigestError(found: hex)
        }
        self.init(trusted: bytes)
    }

    /// - Precondition: there are 32 bytes.
    init(trusted bytes: some Sequence<UInt8>) {
        var words = SIMD4<UInt64>()
        var count = 0
        for byte in bytes {
            words[count / 8] = words[count / 8] << 8 | UInt64(byte)
            count += 1
        }
        precondition(count == Self.byteCount, "a SHA-256 digest has 32 bytes, got \(count)")
        self.words = words
    }

    /// The digest of `bytes`.
    package static func of(_ bytes: [UInt8]) -> Digest {
        Digest(trusted: SHA256.hash(data: bytes))
    }

    /// The digest of `bytes`.
    package static func of(_ bytes: Data) -> Digest {
        Digest(trusted: SHA256.hash(data: bytes))
    }

    /// The digest of the UTF-8 bytes of `text`.
    package static func of(_ text: String) -> Digest {
        of(Array(text.utf8))
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] {
        (0..<4).flatMap { index in
            let word = words[index]
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// 64 lowercase hexadecimal digits.
    package var hex: String { hexadecimal(bytes) }

    /// The first twelve digits, for people to read; never a key.
    package var short: String { String(hex.prefix(12)) }
}

extension Digest: Comparable {
    /// Orders digests as their hexadecimal texts are ordered.
    package static func < (left: Digest, right: Digest) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }
}

extension Digest: CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    package var description: String { hex }
}

extension Digest: Codable {
    /// Reads 64 hexadecimal digits.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try Digest(hex: container.decode(String.self))
        } catch let error as DigestError {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: error.description)
        }
    }

    /// Writes 64 hexadecimal digits.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// A text that should have been a digest is not one.
package struct DigestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found, cut to 80 characters.
    package let found: String

    init(found: String) {
        self.found = String(found.prefix(80))
    }

    /// What was found and what was expected.
    package var description: String {
        "'\(found)' is not a SHA-256 digest: expected 64 lowercase hexadecimal digits"
    }
}
