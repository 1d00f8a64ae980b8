package import Digests

/// A link that said something else than the catalogue.
package struct ChannelRepair: Codable, Sendable, Equatable {
    package let channel: String
    /// The release that the link named; nil where there was no readable link.
    package let found: Digest?
    /// The release that the catalogue names, as the link does now; nil where the link was removed.
    package let release: Digest?

    package init(channel: String, found: Digest?, release: Digest?) {
        self.channel = channel
        self.found = found
        self.release = release
    }
}

extension ChannelLinks {
    /// Makes every link say what the catalogue says, as after a crash between the two.
    ///
    /// - Parameter channels: every channel of the catalogue.
    /// - Returns: what was changed, by channel name.
    /// - Throws: ``ReleaseError``, or the errors of the file system.
    package func repair(from channels: [String: Digest]) throws -> [ChannelRepair] {
        var repairs: [ChannelRepair] = []
        for (channel, release) in channels.sorted(by: { $0.key < $1.key }) {
            let found = try? self.release(of: channel)  // an unreadable link is replaced
            guard found != release else { continue }
            try point(channel, at: release)
            repairs.append(ChannelRepair(channel: channel, found: found, release: release))
        }
        for channel in try names() where channels[channel] == nil {
            let found = try? release(of: channel)  // it goes, whatever it named
            try remove(channel)
            repairs.append(ChannelRepair(channel: channel, found: found, release: nil))
        }
        return repairs
    }
}
