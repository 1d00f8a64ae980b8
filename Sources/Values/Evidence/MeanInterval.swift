/// Student's 95 % interval of the mean of a few independent numbers.
///
/// - Returns: nil for fewer than two.
package func meanInterval(of values: [Double]) -> (mean: Double, lower: Double, upper: Double)? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    let reach = error * studentQuantiles[min(values.count - 1, studentQuantiles.count) - 1]
    return (mean, mean - reach, mean + reach)
}

/// The 97.5th percentile of Student's t with 1, 2, … degrees of freedom; beyond them hardly less.
private let studentQuantiles = [
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788,
    2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
    2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
]
