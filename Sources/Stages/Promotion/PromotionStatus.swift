import Catalogue
package import Digests
import Foundation
package import Releases
package import StageRuns

/// Where every channel points, and which releases there are.
package struct PromotionStatus: Codable, Sendable, Equatable {
    package struct Channel: Codable, Sendable, Equatable {
        package let name: String
        package let release: Digest
        package let sequence: Int
        package let movedAt: String
        package let actor: String
        package let reasons: [String]
        /// What is wrong with the release on disk; nil where signature and digests are true.
        package let problem: String?
    }

    package struct Release: Codable, Sendable, Equatable {
        package let release: Digest
        package let sequence: Int
        package let state: String
        package let isPinned: Bool
        package let createdAt: String
    }

    package let channels: [Channel]
    /// The newest first.
    package let releases: [Release]
    /// Links that did not say what the catalogue says, and now do.
    package let repairs: [ChannelRepair]

    /// Lines for a person.
    package var lines: [String] {
        var lines = channels.isEmpty ? ["no channel has a release yet"] : ["channels"]
        for channel in channels {
            lines.append(
                "  \(channel.name): \(channel.release.short) version \(channel.sequence), since "
                    + "\(channel.movedAt) by \(channel.actor)")
            lines += channel.reasons.map { "      \($0)" }
            lines += [channel.problem].compactMap { $0 }.map { "      PROBLEM: \($0)" }
        }
        lines.append("releases, the newest first")
        for release in releases {
            lines.append(
                "  \(release.release.short) version \(release.sequence), \(release.state)"
                    + (release.isPinned ? ", pinned" : "") + ", \(release.createdAt)")
        }
        return lines
            + repairs.map {
                "repaired: channel \($0.channel) named \($0.found?.short ?? "nothing")"
            }
    }
}

/// What channels and releases there are; repairs links that a crash left behind.
package func promotionStatus(options: StageOptions) throws -> PromotionStatus {
    let session = try StageSession(options: options)
    let lock = try FileLock.acquire(
        session.workspace.lock(ofStage: "promote"), for: "promote status",
        waitingAtMost: .seconds(30))
    let desk = try ReleaseDesk(session: session)
    let repairs = try desk.settle()
    _ = lock  // held to here
    let history = try session.catalogue.channelHistory()
    let channels: [PromotionStatus.Channel] = try session.catalogue.channels().compactMap {
        channel in
        guard let id = channel.release, let record = try session.catalogue.release(id: id),
            let move = history.first(where: { $0.sequence == channel.historySequence })
        else { return nil }
        return PromotionStatus.Channel(
            name: channel.name, release: try Digest(hex: id), sequence: record.sequence,
            movedAt: move.entry.at, actor: move.entry.actor,
            reasons: move.decision?.reasons ?? [], problem: try desk.problem(with: id))
    }
    let releases = try session.catalogue.releases(limit: 20).map {
        PromotionStatus.Release(
            release: try Digest(hex: $0.id), sequence: $0.sequence, state: $0.state.rawValue,
            isPinned: $0.isPinned, createdAt: $0.createdAt)
    }
    return PromotionStatus(channels: channels, releases: releases, repairs: repairs)
}

extension ReleaseDesk {
    /// What is wrong with a release on disk.
    fileprivate func problem(with id: String) throws -> String? {
        do {
            _ = try store.verified(try Digest(hex: id), key: key.publicKey)
            return nil
        } catch let error as ReleaseError {
            return error.description
        }
    }
}
