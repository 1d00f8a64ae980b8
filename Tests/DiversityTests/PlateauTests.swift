import Diversity
import Evidence
import Foundation
import Testing

@Suite("Plateau") struct PlateauTests {
    /// Verdicts on simulated curves with this gain of a doubling at today's episodes.
    static func verdicts(
        gain: Double, evaluations: Int, curves: Int = 400, b: Double = 0.5, c: Double = 0.2
    ) -> [PlateauVerdict.Word: Double] {
        let a = gain / (1 - pow(2, -b))
        let curve = LearningCurve(a: a, b: b, c: c)
        var random = SeededRandom(seed: UInt64(evaluations) + UInt64(gain * 1e6))
        var counts: [PlateauVerdict.Word: Double] = [:]
        for number in 0..<curves {
            let points = [25, 50, 100, 200].map { episodes in
                let rate = 1 - curve.error(at: Double(episodes) / 200)
                let successes = (0..<evaluations).count { _ in
                    Double.random(in: 0..<1, using: &random) < rate
                }
                return CurvePoint(
                    episodes: episodes, evaluations: evaluations, successes: successes)
            }
            var rules = PlateauVerdict.Rules()
            (rules.minimumEvaluations, rules.seed) = (0, UInt64(number))
            if let verdict = PlateauVerdict(of: points, rules: rules) {
                counts[verdict.verdict, default: 0] += 1 / Double(curves)
            }
        }
        return counts
    }

    /// True gain, evaluations a point, shares of plateau and helps of 400 curves.
    static let operating: [(Double, Int, Double, Double)] = [
        (0.001, 50, 0.67, 0), (0.001, 200, 0.86, 0), (0.001, 1000, 1, 0),
        (0.019, 50, 0.28, 0.02), (0.019, 200, 0.29, 0.02), (0.019, 1000, 0.25, 0.02),
        (0.036, 50, 0.11, 0.08), (0.036, 200, 0.03, 0.20), (0.036, 1000, 0, 0.41),
        (0.036, 4000, 0, 0.86),
        (0.059, 50, 0.02, 0.28), (0.059, 200, 0, 0.60), (0.059, 1000, 0, 0.99),
    ]

    /// Curves behind the table are not told; these have b = 0.5 and a floor of 0.2.
    ///
    /// An error is a
    /// plateau where more helps by more than 2 points, or help where it does by less.
    @Test(
        "verdicts err no more often than the operating table, and are right about as often",
        arguments: operating)
    func table(gain: Double, evaluations: Int, plateau: Double, helps: Double) {
        let found = Self.verdicts(gain: gain, evaluations: evaluations)
        let (flat, rising) = (found[.plateau] ?? 0, found[.helps] ?? 0)
        // Three standard errors of 400 curves here and 400 there are 0.05 to 0.1.
        if gain > 0.02 {
            #expect(flat <= plateau + 0.05 && abs(rising - helps) < 0.1, "\(flat), \(rising)")
        } else {
            #expect(rising <= helps + 0.05 && flat <= plateau + 0.05, "\(flat), \(rising)")
        }
        if gain < 0.01 { #expect(abs(flat - plateau) < 0.1, "\(flat)") }
    }

    @Test("few evaluations announce no plateau, and say how many would settle it")
    func fewEvaluations() throws {
        let points = [25, 50, 100, 200].map {
            CurvePoint(episodes: $0, evaluations: 60, successes: 55)
        }
        let verdict = try #require(PlateauVerdict(of: points))
        #expect(verdict.verdict == .undecided && verdict.evaluationsPerPoint == 60)
        #expect(try #require(verdict.neededEvaluations) >= 200)
    }

    @Test("the interval holds the gain, however few evaluations there are")
    func intervals() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<60 {
            let points = zip([25, 50, 100, 200], [0.45, 0.55, 0.7, 0.8]).map { episodes, rate in
                let successes = (0..<30).count { _ in
                    Double.random(in: 0..<1, using: &random) < rate
                }
                return CurvePoint(episodes: episodes, evaluations: 30, successes: successes)
            }
            let found = try #require(PlateauVerdict(of: points))
            #expect(found.low <= found.gainPerDoubling && found.gainPerDoubling <= found.high)
        }
    }

    @Test("a curve without noise is found again")
    func fit() throws {
        let curve = LearningCurve(a: 0.1, b: 0.5, c: 0.15)
        let points = [125, 250, 500, 1000].map { episodes in
            let rate = 1 - curve.error(at: Double(episodes) / 1000)
            return CurvePoint(
                episodes: episodes, evaluations: 10_000_000, successes: Int(rate * 10_000_000))
        }
        let verdict = try #require(PlateauVerdict(of: points))
        #expect(abs(verdict.gainPerDoubling - curve.gainOfDoubling) < 1e-4)
        #expect(verdict.verdict == .helps && verdict.neededEvaluations == nil)
    }

    @Test("two amounts of data are no curve")
    func tooFew() {
        let point = CurvePoint(episodes: 10, evaluations: 100, successes: 50)
        #expect(PlateauVerdict(of: [point, point]) == nil)
        #expect(PlateauVerdict(of: []) == nil)
    }
}
