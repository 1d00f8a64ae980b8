package import Releases
package import Digests

/// One move of a channel's pointer.
package struct ChannelMove: Codable, Sendable, Equatable {
    package let channel: String
    package let from: Digest?
    package let to: Digest

    package init(channel: String, from: Digest?, to: Digest) {
        self.channel = channel
        self.from = from
        self.to = to
    }
}

/// The moves that a night makes by itself.
///
/// Only `pass` moves anything, and only into `passChannel`. Into production it moves where robots did
/// better than with what production has now: `beaten` is what they were compared with, nil where only
/// recorded experience was looked at. Otherwise production moves only where it never pointed anywhere,
/// which `hadProduction` says. `channels` is where every channel points now.
///
/// - Returns: the moves in the order in which they are made.
package func plannedMoves(
    of release: Digest, verdict: EvidenceSummary.Verdict, beaten: Digest?,
    channels: [String: Digest], hadProduction: Bool, configuration: PromotionConfiguration
) -> [ChannelMove] {
    guard verdict == .pass else { return [] }
    let production = configuration.productionChannel
    var targets: [String] = []
    let isBetter = beaten != nil && beaten == channels[production]
    if configuration.passChannel != production || isBetter {
        targets.append(configuration.passChannel)
    }
    if !hadProduction, configuration.firstRelease == .production { targets.append(production) }
    return targets.filter { channels[$0] != release }.map {
        ChannelMove(channel: $0, from: channels[$0], to: release)
    }
}
