import Foundation

/// Squared magnitudes of the discrete Fourier transform from frequency 0 to the middle.
///
/// `values` are followed by zeros up to `length`, a power of two that is at least their count.
func powerSpectrum(of values: [Double], length: Int) -> [Double] {
    precondition(
        length.nonzeroBitCount == 1 && length >= values.count,
        "a spectrum of \(values.count) values with length \(length)")
    var real = values + [Double](repeating: 0, count: length - values.count)
    var imaginary = [Double](repeating: 0, count: length)
    transform(&real, &imaginary)
    return (0...(length / 2)).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
}

/// Cooley and Tukey's transform in place, of a length that is a power of two.
private func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    let count = real.count
    reverseBits(&real, &imaginary)
    let angles = (0..<(count / 2)).map { -2 * Double.pi * Double($0) / Double(count) }
    let (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
    var half = 1
    while half < count {
        let stride = count / (2 * half)
        for start in Swift.stride(from: 0, to: count, by: 2 * half) {
            for offset in 0..<half {
                let (low, high) = (start + offset, start + offset + half)
                let (c, s) = (cosines[offset * stride], sines[offset * stride])
                let turnedReal = real[high] * c - imaginary[high] * s
                let turnedImaginary = real[high] * s + imaginary[high] * c
                real[high] = real[low] - turnedReal
                imaginary[high] = imaginary[low] - turnedImaginary
                real[low] += turnedReal
                imaginary[low] += turnedImaginary
            }
        }
        half *= 2
    }
}

private func reverseBits(_ real: inout [Double], _ imaginary: inout [Double]) {
    var reversed = 0
    for index in 1..<max(1, real.count) {
        var bit = real.count >> 1
        while reversed & bit != 0 {
            reversed ^= bit
            bit >>= 1
        }
        reversed |= bit
        guard index < reversed else { continue }
        real.swapAt(index, reversed)
        imaginary.swapAt(index, reversed)
    }
}

/// The smallest power of two that is at least `count`.
func paddedLength(_ count: Int) -> Int {
    count <= 1 ? 1 : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
}
