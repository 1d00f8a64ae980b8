/// An estimate with the interval in which a bootstrap found it.
package struct BootstrapInterval: Codable, Sendable, Equatable {
    /// The statistic of the data as they are.
    package let estimate: Double
    /// Percentile bounds.
    package let lower: Double
    package let upper: Double

    package init(estimate: Double, lower: Double, upper: Double) {
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
    }
}

/// Percentile interval of a statistic by resampling clusters, such as episodes or robots, whole.
///
/// Steps of one episode are alike, so that resampling steps would promise too much.
///
/// - Parameters:
///   - clusterCount: how many clusters there are; at least 1.
///   - resamples: how often to draw that many clusters with replacement.
///   - confidence: such as 0.95.
///   - seed: the same seed draws the same clusters.
///   - statistic: of the clusters with these indices; a cluster may come more than once.
/// - Returns: the statistic of all clusters, and its percentile bounds.
package func clusterBootstrap(
    clusterCount: Int, resamples: Int, confidence: Double, seed: UInt64,
    statistic: (_ clusters: [Int]) -> Double
) -> BootstrapInterval {
    precondition(
        clusterCount > 0 && resamples > 0 && confidence > 0 && confidence < 1,
        "bootstrap of \(clusterCount) clusters, \(resamples) resamples, confidence \(confidence)")
    var random = SeededRandom(seed: seed)
    var drawn = Array(0..<clusterCount)
    let estimate = statistic(drawn)
    var found: [Double] = []
    found.reserveCapacity(resamples)
    for _ in 0..<resamples {
        for index in drawn.indices {
            drawn[index] = Int.random(in: 0..<clusterCount, using: &random)
        }
        found.append(statistic(drawn))
    }
    found.sort()
    let tail = (1 - confidence) / 2
    return BootstrapInterval(
        estimate: estimate, lower: sortedQuantile(found, tail),
        upper: sortedQuantile(found, 1 - tail))
}

/// The quantile of values in ascending order, linear between neighbours.
///
/// - Precondition: there is a value, and `share` is in [0, 1].
package func sortedQuantile(_ sorted: [Double], _ share: Double) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(share), "quantile \(share) of \(sorted.count)")
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    let weight = position - Double(below)
    // An infinite neighbour must not turn into NaN by a weight of zero.
    return weight == 0 ? sorted[below] : sorted[below] * (1 - weight) + sorted[above] * weight
}
