internal import Digests

/// Content could not be kept or read back.
package struct EpisodeStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: String, Sendable {
        case systemCallFailed, objectMissing, digestMismatch, locationOutOfBounds, frameMalformed
        case pictureUnreadable
    }

    package let code: Code
    /// What was being done, to what, what was found and what was expected.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func mismatch(_ path: String, found: Digest, expected: Digest) -> EpisodeStoreError {
        EpisodeStoreError(
            .digestMismatch,
            "reading \(path): its content has the digest \(found.short)…, expected "
                + "\(expected.short)…; the file is damaged: restore it from a backup")
    }
}
