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
/// Only `pass` moves anything, and only into `passChannel`; production moves by itself only where it
/// never pointed anywhere, which `hadProduction` says. `channels` is where every channel points now.
///
/// - Returns: the moves in the order in which they are made.
package func plannedMoves(
    of release: Digest, verdict: EvidenceSummary.Verdict, channels: [String: Digest],
    hadProduction: Bool, configuration: PromotionConfiguration
) -> [ChannelMove] {
    guard verdict == .pass else { return [] }
    var moves: [ChannelMove] = []
    let current = channels[configuration.passChannel]
    if current != release {
        moves.append(
            ChannelMove(channel: configuration.passChannel, from: current, to: release))
    }
    if !hadProduction, configuration.firstRelease == .production {
        moves.append(
            ChannelMove(channel: configuration.productionChannel, from: nil, to: release))
    }
    return moves
}
