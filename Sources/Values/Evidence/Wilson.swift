import Foundation

/// The Wilson score interval of a proportion (Wilson 1927).
///
/// - Parameters:
///   - successes: in 0...trials.
///   - trials: at least 1.
///   - z: the normal quantile of the confidence; 1.959964 for 95 %.
/// - Returns: lower and upper bound, in [0, 1].
package func wilsonInterval(
    successes: Int, trials: Int, z: Double = 1.959963984540054
) -> (lower: Double, upper: Double) {
    precondition(
        trials > 0 && (0...trials).contains(successes), "\(successes) successes of \(trials)")
    let n = Double(trials)
    let share = Double(successes) / n
    let centre = share + z * z / (2 * n)
    let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return (max(0, (centre - spread) / scale), min(1, (centre + spread) / scale))
}

/// exp of the entropy of counts: how many equally common kinds would be as diverse.
package func effectiveNumber(ofCounts counts: some Collection<Int>) -> Double {
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return 0 }
    var entropy = 0.0
    for count in counts where count > 0 {
        let share = Double(count) / total
        entropy -= share * log(share)
    }
    return exp(entropy)
}
