/// Whether training never sees an episode: decided by its digest, so that it stays so every night.
///
/// The first 60 bits of the digest are as good as a fair draw; an episode that is held out at some
/// share is held out at every greater one.
///
/// - Parameters:
///   - digest: 64 hexadecimal digits of the episode's digest.
///   - share: of episodes to hold out, 0 to 1.
/// - Returns: whether to keep the episode for judging.
package func isHeldOut(_ digest: String, share: Double) -> Bool {
    guard let draw = UInt64(digest.prefix(15), radix: 16) else { return false }
    return Double(draw) / 0x1p60 < share
}
