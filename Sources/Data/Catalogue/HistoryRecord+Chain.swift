internal import Digests
internal import Foundation

extension HistoryRecord {
    /// The hash before the first record: the digest of no bytes.
    static var chainStart: Digest { Digest.of([UInt8]()) }

    /// Makes the record that follows `previous`.
    init(after previous: HistoryRecord?, entry: HistoryEntry) throws {
        let sequence = (previous?.sequence ?? 0) + 1
        let previousHash = previous?.hash ?? Self.chainStart
        self.init(
            sequence: sequence, entry: entry, previousHash: previousHash,
            hash: try Self.hash(sequence: sequence, entry: entry, previousHash: previousHash))
    }

    /// Checks that this record is whole and follows `previous`.
    ///
    /// - Throws: ``CatalogueError/historyBroken(sequence:reason:)``.
    func verify(after previous: HistoryRecord?) throws {
        let expected = (previous?.sequence ?? 0) + 1
        guard sequence == expected else {
            throw CatalogueError.historyBroken(
                sequence: expected, reason: "found record \(sequence) in its place")
        }
        let before = previous?.hash ?? Self.chainStart
        guard previousHash == before else {
            throw CatalogueError.historyBroken(
                sequence: sequence,
                reason: "it follows hash \(previousHash.short), the record before has "
                    + before.short)
        }
        let computed = try Self.hash(sequence: sequence, entry: entry, previousHash: previousHash)
        guard hash == computed else {
            throw CatalogueError.historyBroken(
                sequence: sequence,
                reason: "its hash is \(hash.short), its content has \(computed.short)")
        }
    }

    private static func hash(
        sequence: Int, entry: HistoryEntry, previousHash: Digest
    ) throws -> Digest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let link = Link(
            sequence: sequence, action: entry.action, channel: entry.channel,
            release: entry.release, previousRelease: entry.previousRelease,
            decision: entry.decisionJSON, actor: entry.actor, attempt: entry.attempt,
            at: entry.at, previousHash: previousHash)
        return Digest.of(try encoder.encode(link))
    }
}

/// What a history record's hash is made of, as sorted JSON; absent values are left out.
private struct Link: Encodable {
    let sequence: Int
    let action: HistoryAction
    let channel: String?
    let release: String?
    let previousRelease: String?
    let decision: String
    let actor: String
    let attempt: String?
    let at: String
    let previousHash: Digest
}
