import Catalogue
import Releases
package import Digests

/// What a channel has pointed to, as a stack: a rollback takes off what it leaves behind.
///
/// So a second rollback goes further back, not forward to the release that was just left because it
/// was bad.
package struct ChannelTimeline: Sendable, Equatable {
    /// The oldest first; the last is what the channel points to.
    package private(set) var releases: [Digest] = []

    package init() {}

    /// Takes in a move; a rollback to a release further down takes off all above it.
    package mutating func move(to release: Digest, isRollback: Bool) {
        if isRollback, let index = releases.lastIndex(of: release) {
            releases.removeSubrange((index + 1)...)
        } else if releases.last != release {
            releases.append(release)
        }
    }

    /// Whether the channel has had the release, and did not roll back past it.
    package func contains(_ release: Digest) -> Bool { releases.contains(release) }

    /// Where a rollback goes unless it is told otherwise.
    package var rollbackTarget: Digest? { releases.dropLast().last { $0 != releases.last } }
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
}
