import Catalogue
package import Digests
import EpisodeStore
import Foundation
package import Releases
package import StageRuns

/// Every decision about releases, the oldest first.
package struct PromotionHistory: Codable, Sendable, Equatable {
    package struct Record: Codable, Sendable, Equatable {
        package let number: Int
        package let at: String
        package let action: String
        package let actor: String
        package let channel: String?
        package let release: String?
        package let previous: String?
        package let decision: PromotionDecision?
        package let hash: Digest
    }

    package let records: [Record]
    /// What `--verify` checked; nil where it was not asked to.
    package let verified: String?

    /// Lines for a person.
    package var lines: [String] {
        var lines = records.isEmpty ? ["no decision has been recorded yet"] : []
        for record in records { lines += record.lines }
        if let verified { lines.append(verified) }
        return lines
    }
}

extension PromotionHistory.Record {
    fileprivate var lines: [String] {
        let kind = decision?.kind.rawValue ?? action
        let from = previous.map { String($0.prefix(12)) } ?? "nothing"
        let to = release.map { String($0.prefix(12)) } ?? "nothing"
        let head = "\(number)  \(at)  \(kind)  \(channel ?? "-"): \(from) -> \(to)  by \(actor)"
        return [head] + (decision?.reasons ?? []).map { "      \($0)" }
    }
}

/// The history; with `verify`, its hash chain and every release that a channel points to or that is
/// pinned are checked first.
package func promotionHistory(
    options: StageOptions, verify: Bool
) throws -> PromotionHistory {
    let session = try StageSession(options: options)
    let history = try session.catalogue.channelHistory()
    let records = history.map { record in
        PromotionHistory.Record(
            number: record.sequence, at: record.entry.at, action: record.entry.action.rawValue,
            actor: record.entry.actor, channel: record.entry.channel,
            release: record.entry.release,
            previous: record.entry.previousRelease, decision: record.decision, hash: record.hash)
    }
    guard verify else { return PromotionHistory(records: records, verified: nil) }
    let count = try verifyEverything(session)
    return PromotionHistory(
        records: records,
        verified: "verified: \(records.count) records chain, and \(count) releases are what was "
            + "signed")
}

private func verifyEverything(_ session: StageSession) throws -> Int {
    do {
        try session.catalogue.verifyHistory()
        let key = try SigningKeyFile(workspace: session.workspace.root).openOrCreate().publicKey
        let store = ReleaseStore(workspace: session.workspace.root)
        let pinned = try session.catalogue.releases(limit: 100_000).filter(\.isPinned)
            .map { try Digest(hex: $0.id) }
        let checked = Set(try session.catalogue.pointers().values).union(pinned)
        for release in checked.sorted() { _ = try store.verified(release, key: key) }
        return checked.count
    } catch let error as CatalogueError {
        throw StageError.inputRefused(
            error.description, next: "Do not promote anything before this is understood.")
    } catch let error as ReleaseError {
        throw StageError.inputRefused(
            error.description, next: "Roll back to another release, or restore this one.")
    }
}
