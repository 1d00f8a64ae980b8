import Foundation

/// Log dimensionless jerk of a speed profile: -ln(D^3 / peak^2 * integral of squared second derivative).
///
/// Independent of amplitude and duration, and not of the rate: finite differences see less jerk at
/// lower rates, so compare equal rates only. A minimum-jerk reach has -ln(720 / 1.875^2) = -5.322 in
/// the limit. Low-pass noisy profiles first (``lowPassed(_:belowNyquistShare:)``).
///
/// Arguments:
///   - speeds: at equal distances in time.
///   - rate: of them, in Hertz.
/// - Returns: nil for fewer than five speeds, or where nothing moves.
package func logDimensionlessJerk(ofSpeeds speeds: [Double], rate: Double) -> Double? {
    guard speeds.count >= 5, let peak = speeds.max(), peak > 0 else { return nil }
    let count = speeds.count
    let squares = (1..<(count - 1)).map { index -> Double in
        let second = (speeds[index + 1] - 2 * speeds[index] + speeds[index - 1]) * rate * rate
        return second * second
    }
    let ends = (squares[0] + squares[squares.count - 1]) / 2
    let integral = (squares.reduce(0, +) - ends) / rate
    let duration = Double(count - 1) / rate
    guard integral > 0 else { return nil }
    return -log(duration * duration * duration / (peak * peak) * integral)
}

/// Spectral arc length of a speed profile (SPARC, Balasubramanian 2015): less negative is smoother.
///
/// The arc length of the spectrum's magnitude up to 10 Hz, cut where it falls below 0.05 of its largest
/// for good, with 16-fold padding. Tremor of small amplitude hardly moves it: see
/// ``highFrequencyShare(of:width:rate:above:)``.
///
/// Arguments:
///   - speeds: at equal distances in time.
///   - rate: of them, in Hertz.
/// - Returns: nil for fewer than three speeds, or where nothing moves.
package func spectralArcLength(ofSpeeds speeds: [Double], rate: Double) -> Double? {
    guard speeds.count >= 3 else { return nil }
    let length = paddedLength(speeds.count) * 16
    let spectrum = powerSpectrum(of: speeds, length: length).map { $0.squareRoot() }
    guard let largest = spectrum.max(), largest > 0 else { return nil }
    let limit = min(spectrum.count - 1, Int(10 / rate * Double(length)))
    let magnitudes = spectrum[...limit].map { $0 / largest }
    guard let first = magnitudes.firstIndex(where: { $0 >= 0.05 }),
        let last = magnitudes.lastIndex(where: { $0 >= 0.05 }), last > first
    else { return nil }
    let step = 1 / Double(last - first)
    var arc = 0.0
    for index in first..<last {
        let rise = magnitudes[index + 1] - magnitudes[index]
        arc += (step * step + rise * rise).squareRoot()
    }
    return -arc
}

/// The share of the columns' energy that is faster than `frequency`, the mean over columns that move.
///
/// Means are taken off and a Hann window is applied, so that a slow trend does not leak into high
/// frequencies.
///
/// Arguments:
///   - matrix: T x `width`, row-major.
///   - rate: of rows, in Hertz.
///   - frequency: in Hertz.
/// - Returns: nil where the rate cannot carry the frequency, nothing moves, or there are fewer than 8 rows.
package func highFrequencyShare(
    of matrix: [Float], width: Int, rate: Double, above frequency: Double = 5
) -> Double? {
    guard width > 0, rate > 2 * frequency, matrix.count >= 8 * width else { return nil }
    let count = matrix.count / width
    let length = paddedLength(count)
    let first = Int((frequency / rate * Double(length)).rounded(.down)) + 1
    let shares = (0..<width).compactMap { column -> Double? in
        let values = (0..<count).map { Double(matrix[$0 * width + column]) }
        let mean = values.reduce(0, +) / Double(count)
        let windowed = values.enumerated().map { index, value in
            (value - mean) * (0.5 - 0.5 * cos(2 * .pi * Double(index) / Double(count - 1)))
        }
        let spectrum = powerSpectrum(of: windowed, length: length)
        let total = spectrum.reduce(0, +)
        guard total > 1e-12 * Double(count) else { return nil }
        return spectrum[first...].reduce(0, +) / total
    }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
}
