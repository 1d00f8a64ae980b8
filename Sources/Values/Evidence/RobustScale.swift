import Foundation

/// The middle of numbers and their spread, which a few outliers do not move.
package struct RobustScale: Sendable, Equatable {
    package let median: Double
    /// 1.4826 times the median distance from the median: the standard deviation of normal numbers.
    package let deviation: Double

    /// Of at least one number.
    package init(of values: [Double]) {
        let middle = sortedQuantile(values.sorted(), 0.5)
        median = middle
        deviation = 1.4826 * sortedQuantile(values.map { abs($0 - middle) }.sorted(), 0.5)
    }

    /// How many robust deviations a value lies above the median; nil where there is no spread.
    package func z(of value: Double) -> Double? {
        deviation > 0 ? (value - median) / deviation : nil
    }
}

/// Tukey's fences: numbers beyond 1.5 interquartile ranges from the quartiles are outliers.
package struct TukeyFences: Sendable, Equatable {
    package let lower: Double
    package let upper: Double

    /// Of at least one number; `reach` is in interquartile ranges.
    package init(of values: [Double], reach: Double = 1.5) {
        let sorted = values.sorted()
        let (first, third) = (sortedQuantile(sorted, 0.25), sortedQuantile(sorted, 0.75))
        lower = first - reach * (third - first)
        upper = third + reach * (third - first)
    }
}
