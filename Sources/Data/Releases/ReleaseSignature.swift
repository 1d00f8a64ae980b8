package import Digests
import Foundation

/// What `manifest.sig` holds: who vouches for a manifest, since when, and as which version.
///
/// The signature covers sequence number, time and manifest: ``message(manifest:sequence:signedAt:)``.
package struct ReleaseSignature: Codable, Sendable, Equatable {
    /// `ReleaseSignature.formatName`.
    package var format = ReleaseSignature.formatName
    /// Always `Ed25519`.
    package var algorithm = "Ed25519"
    /// The public key as 64 hexadecimal digits.
    package let key: String
    /// Version of the release in its workspace: a later release has a higher one.
    package let sequence: Int
    /// ISO 8601 instant of signing.
    package let signedAt: String
    /// The 64 bytes in base 64.
    package let signature: String

    /// What the field `format` of every signature says.
    package static let formatName = "nightshift.signature.v1"

    /// Signs the canonical bytes of a manifest.
    package init(
        signing manifest: [UInt8], sequence: Int, signedAt: String, with key: SigningKey
    ) throws {
        let message = Self.message(manifest: manifest, sequence: sequence, signedAt: signedAt)
        self.key = key.publicKey.description
        self.sequence = sequence
        self.signedAt = signedAt
        signature = Data(try key.sign(message)).base64EncodedString()
    }

    /// Reads a `manifest.sig`.
    ///
    /// - Throws: ``ReleaseError`` `.signatureUnreadable` with the path.
    package init(parsing bytes: [UInt8], path: String) throws(ReleaseError) {
        do {
            self = try JSONDecoder().decode(ReleaseSignature.self, from: Data(bytes))
        } catch {
            throw .signatureUnreadable(path: path, found: "\(error)")
        }
        guard format == Self.formatName, algorithm == "Ed25519" else {
            throw .signatureUnreadable(
                path: path, found: "its format is '\(format)' and its algorithm '\(algorithm)'")
        }
    }

    /// The bytes that are signed: a line that says what they are, then version, time, manifest.
    package static func message(
        manifest: [UInt8], sequence: Int, signedAt: String
    ) -> [UInt8] {
        Array("\(formatName)\n\(sequence)\n\(signedAt)\n".utf8) + manifest
    }

    /// Whether `key` made this signature of `manifest`.
    package func verifies(manifest: [UInt8], with key: VerificationKey) -> Bool {
        guard let raw = Data(base64Encoded: signature) else { return false }
        let message = Self.message(manifest: manifest, sequence: sequence, signedAt: signedAt)
        return key.verify(signature: Array(raw), of: message)
    }
}
