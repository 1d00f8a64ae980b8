import Foundation

/// `values` without what is faster than `share` of the Nyquist frequency, not delayed.
///
/// A sinc of 21 taps under a Hamming window; beyond the ends the first and last value go on.
package func lowPassed(_ values: [Double], belowNyquistShare share: Double = 0.4) -> [Double] {
    guard values.count > 1 else { return values }
    let reach = 10
    let taps = (-reach...reach).map { offset -> Double in
        let window = 0.54 + 0.46 * cos(Double.pi * Double(offset) / Double(reach))
        let angle = Double.pi * share * Double(offset)
        return window * (offset == 0 ? share : share * sin(angle) / angle)
    }
    let total = taps.reduce(0, +)
    let padded =
        [Double](repeating: values[0], count: reach) + values
        + [Double](repeating: values[values.count - 1], count: reach)
    return values.indices.map { index in
        var sum = 0.0
        for (offset, tap) in taps.enumerated() { sum += tap * padded[index + offset] }
        return sum / total
    }
}
