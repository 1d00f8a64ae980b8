internal import Crypto

/// A private Ed25519 key, whose description never shows it.
package struct SigningKey: Sendable, CustomStringConvertible {
    private let key: Curve25519.Signing.PrivateKey

    private init(key: Curve25519.Signing.PrivateKey) {
        self.key = key
    }

    /// Reads a key of its 32 secret bytes.
    ///
    /// - Throws: ``SignatureError`` unless they are a key.
    package init(rawRepresentation: [UInt8]) throws(SignatureError) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: rawRepresentation)
        } catch {
            throw SignatureError.malformedKey(byteCount: rawRepresentation.count)
        }
    }

    /// Makes a new key of the system's random source.
    package static func generate() -> SigningKey {
        SigningKey(key: Curve25519.Signing.PrivateKey())
    }

    /// The 32 secret bytes, for keeping in a file that only its owner can read.
    package var rawRepresentation: [UInt8] { Array(key.rawRepresentation) }

    /// The key that verifies what this one signs.
    package var publicKey: VerificationKey { VerificationKey(key: key.publicKey) }

    /// The 64 bytes of a signature of `message`.
    ///
    /// Two signatures of one message may differ.
    ///
    /// - Throws: ``SignatureError`` where the library cannot sign.
    package func sign(_ message: [UInt8]) throws(SignatureError) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            throw SignatureError.signingFailed(reason: String(describing: error))
        }
    }

    /// Names the public key only.
    package var description: String { "SigningKey(public: \(publicKey))" }
}

/// A public Ed25519 key.
package struct VerificationKey: Sendable, Equatable, CustomStringConvertible {
    private let key: Curve25519.Signing.PublicKey

    init(key: Curve25519.Signing.PublicKey) {
        self.key = key
    }

    /// Reads a key of its 32 bytes.
    ///
    /// - Throws: ``SignatureError`` unless they are a key.
    package init(rawRepresentation: [UInt8]) throws(SignatureError) {
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: rawRepresentation)
        } catch {
            throw SignatureError.malformedKey(byteCount: rawRepresentation.count)
        }
    }

    /// The 32 bytes of the key.
    package var rawRepresentation: [UInt8] { Array(key.rawRepresentation) }

    /// Whether `signature` was made of `message` by the private key that belongs to this one.
    package func verify(signature: [UInt8], of message: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: message)
    }

    /// The key's bytes as hexadecimal digits.
    package var description: String { hexadecimal(rawRepresentation) }

    /// Whether both are the same key.
    package static func == (left: VerificationKey, right: VerificationKey) -> Bool {
        left.rawRepresentation == right.rawRepresentation
    }
}

/// A key or a signature could not be made.
package enum SignatureError: Error, Equatable, Sendable, CustomStringConvertible {
    case malformedKey(byteCount: Int)
    case signingFailed(reason: String)

    /// What was found and what was expected; never the key.
    package var description: String {
        switch self {
        case .malformedKey(let byteCount):
            "reading an Ed25519 key: found \(byteCount) bytes that are not a key, expected 32 bytes"
        case .signingFailed(let reason):
            "signing with an Ed25519 key failed: \(reason)"
        }
    }
}
