package import Digests
import EpisodeStore
package import Foundation

/// The signed word about where a channel points: `channels/<name>.json`.
///
/// A robot takes the statement with the highest `move` that it has seen, and goes back to a release
/// of a lower version only where the statement says `rollback`. An old statement that somebody
/// puts back has a lower `move`, and is refused.
package struct ChannelStatement: Codable, Sendable, Equatable {
    /// Why the pointer moved.
    package enum Action: String, Codable, Sendable { case promotion, rollback }

    /// `ChannelStatement.formatName`.
    package var format = ChannelStatement.formatName
    /// Always `Ed25519`.
    package var algorithm = "Ed25519"
    package let key: String
    package let channel: String
    package let release: Digest
    /// Version of the release.
    package let sequence: Int
    /// Position of this move in the workspace's history: it only grows.
    package let move: Int
    package let action: Action
    /// ISO 8601 instant of the move.
    package let movedAt: String
    /// The 64 bytes in base 64, over ``message``.
    package private(set) var signature = ""

    /// What the field `format` of every statement says.
    package static let formatName = "nightshift.channel.v1"

    /// Signs a statement.
    package init(
        channel: String, release: Digest, sequence: Int, move: Int, action: Action,
        movedAt: String, signedWith key: SigningKey
    ) throws {
        self.key = key.publicKey.description
        self.channel = channel
        self.release = release
        self.sequence = sequence
        self.move = move
        self.action = action
        self.movedAt = movedAt
        signature = Data(try key.sign(message)).base64EncodedString()
    }

    /// The bytes that are signed: one field a line.
    package var message: [UInt8] {
        let fields = [
            Self.formatName, channel, release.hex, "\(sequence)", "\(move)", action.rawValue,
            movedAt,
        ]
        return Array(fields.map { $0 + "\n" }.joined().utf8)
    }

    /// Whether `key` made this statement.
    package func verifies(with key: VerificationKey) -> Bool {
        guard let raw = Data(base64Encoded: signature) else { return false }
        return key.verify(signature: Array(raw), of: message)
    }
}

extension ChannelLinks {
    /// Publishes a statement beside the channel's link.
    package func publish(_ statement: ChannelStatement) throws {
        try DurableFile.write(
            try CanonicalJSON.bytes(of: statement), to: statementFile(of: statement.channel))
    }

    /// The published statement, nil where there is none or where it is not JSON of this format.
    package func statement(of channel: String) -> ChannelStatement? {
        let data = FileManager.default.contents(atPath: statementFile(of: channel).path)
        guard let data else { return nil }
        return try? JSONDecoder().decode(ChannelStatement.self, from: data)  // nil: to be rewritten
    }

    /// Where the channel's statement is.
    package func statementFile(of channel: String) -> URL {
        directory.appending(path: "\(channel).json")
    }
}
