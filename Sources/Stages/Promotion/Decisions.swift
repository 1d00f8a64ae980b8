import Catalogue
import Digests
import Foundation

extension HistoryRecord {
    /// The decision in the record; nil for a record of another program.
    var decision: PromotionDecision? {
        try? JSONDecoder().decode(  // nil says it
            PromotionDecision.self, from: Data(entry.decisionJSON.utf8))
    }

    var isRollback: Bool { decision?.kind == .rollback }

    /// The release that it is about.
    func release() throws -> Digest? { try entry.release.map { try Digest(hex: $0) } }
}

extension ExperienceCatalogue {
    /// What a channel pointed to, and points to.
    func timeline(of channel: String) throws -> ChannelTimeline {
        var timeline = ChannelTimeline()
        for record in try channelHistory()
        where record.entry.channel == channel && record.entry.action == .moved {
            guard let release = try record.release() else { continue }
            timeline.move(to: release, isRollback: record.isRollback)
        }
        return timeline
    }

    /// Where every channel points.
    func pointers() throws -> [String: Digest] {
        var pointers: [String: Digest] = [:]
        for channel in try channels() {
            pointers[channel.name] = try channel.release.map { try Digest(hex: $0) }
        }
        return pointers
    }
}
