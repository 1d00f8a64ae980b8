/// An estimate with bounds that hold at every look at once, however often there is one.
package struct SequentialInterval: Codable, Sendable, Equatable {
    package let estimate: Double
    package let lower: Double
    package let upper: Double

    package init(estimate: Double, lower: Double, upper: Double) {
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
    }
}
