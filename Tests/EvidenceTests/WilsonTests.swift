import Evidence
import Testing

@Suite("Shares and mixtures") struct WilsonTests {
    /// Newcombe 1998 (81/263, 15/148, 1/29) and statsmodels' proportion_confint(method="wilson").
    static let intervals = [
        (0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (45, 50, 0.7864, 0.9565),
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718),
    ]

    @Test("Wilson's interval has the published ends", arguments: intervals)
    func wilson(successes: Int, trials: Int, lower: Double, upper: Double) {
        let found = wilsonInterval(successes: successes, trials: trials)
        #expect(abs(found.lower - lower) < 6e-5, "\(found)")
        #expect(abs(found.upper - upper) < 6e-5, "\(found)")
    }

    @Test("the effective number of equal counts is their number, of one kind one, of none none")
    func effective() {
        #expect(abs(effectiveNumber(ofCounts: [5, 5, 5, 5]) - 4) < 1e-12)
        #expect(effectiveNumber(ofCounts: [7, 0, 0]) == 1)
        #expect(effectiveNumber(ofCounts: [Int]()) == 0)
        // exp of the entropy of (3/4, 1/4), by hand.
        #expect(abs(effectiveNumber(ofCounts: [3, 1]) - 1.7547653506033) < 1e-9)
    }
}
