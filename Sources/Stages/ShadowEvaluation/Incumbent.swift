import Catalogue
import Digests

extension ExperienceCatalogue {
    /// What a candidate is compared with: the release in the channel, or the one that it had before
    /// where the candidate itself is there already; nil where there is none.
    ///
    /// So the question stays the same after the candidate has been promoted, and its answer is
    /// found again instead of being worked out anew.
    func incumbent(of candidate: Digest, in channel: String) throws -> Digest? {
        let current = try self.channel(channel)
        guard current == candidate.hex else { return try current.map { try Digest(hex: $0) } }
        let arrival = try channelHistory().last { record in
            record.entry.channel == channel && record.entry.action == .moved
                && record.entry.release == candidate.hex
        }
        return try arrival?.entry.previousRelease.map { try Digest(hex: $0) }
    }
}
