private import Foundation

/// Numbers of equal ratio from the first to the last.
func geometricSeries(from first: Float, to last: Float, count: Int) -> [Float] {
    (0..<count).map { first * pow(last / first, Float($0) / Float(max(count - 1, 1))) }
}

/// A number's power.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The cosine of an angle in radians.
func cosine(_ angle: Double) -> Double { cos(angle) }
