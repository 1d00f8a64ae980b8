/// Which of `count` folds an episode belongs to: decided by its digest, so that it stays so.
///
/// The last 60 bits of the digest choose the fold and the first 60 hold episodes out
/// (``isHeldOut(_:share:)``), so that neither choice says anything about the other.
///
/// - Parameters:
///   - digest: 64 hexadecimal digits of the episode's digest.
///   - count: folds; at least 1.
/// - Returns: 0 up to `count`.
package func fold(ofEpisode digest: String, count: Int) -> Int {
    precondition(count > 0, "\(count) folds")
    guard let draw = UInt64(digest.suffix(15), radix: 16) else { return 0 }
    return Int(draw % UInt64(count))
}
