import Evidence
import Testing

/// Expected numbers are those of scikit-learn's and scipy's documentation, or by hand where it says so.
@Suite("Classification figures")
struct ClassificationTests {
    private func forecasts(_ probabilities: [Double], _ events: [Bool]) -> [Forecast] {
        zip(probabilities, events).map { Forecast(probability: $0, happened: $1) }
    }

    @Test("the area under the curve counts pairs, ties half")
    func area() {
        // sklearn's own example: 0.75.
        #expect(
            areaUnderCurve(forecasts([0.1, 0.4, 0.35, 0.8], [false, false, true, true])) == 0.75)
        // By hand: pairs (0.5, 0.5) 0.5, (0.5, 0.2) 1, (0.9, 0.5) 1, (0.9, 0.2) 1 of 4.
        #expect(
            areaUnderCurve(forecasts([0.5, 0.9, 0.5, 0.2], [true, true, false, false])) == 0.875)
        #expect(areaUnderCurve(forecasts([0.5, 0.5], [true, false])) == 0.5)
        #expect(areaUnderCurve(forecasts([0, 1], [true, false])) == 0)
    }

    @Test("there is no area without both outcomes")
    func noArea() {
        #expect(areaUnderCurve([]) == nil)
        #expect(areaUnderCurve(forecasts([0.1, 0.2], [true, true])) == nil)
    }

    @Test("the Brier score is the mean squared error")
    func brier() throws {
        // sklearn's own example: 0.0375.
        let found = brierScore(forecasts([0.1, 0.9, 0.8, 0.3], [false, true, true, false]))
        #expect(abs(try #require(found) - 0.0375) < 1e-15)
        #expect(brierScore([]) == nil)
    }

    @Test("calibration bins hold every forecast, the ends included")
    func bins() {
        let found = calibration(
            forecasts([0, 0.05, 0.55, 0.5, 1], [false, true, true, false, true]), bins: 2)
        #expect(found.map(\.count) == [2, 3])
        #expect(found.map(\.observed) == [0.5, 2.0 / 3])
        #expect(abs(found[1].predicted - 2.05 / 3) < 1e-15)
        #expect(calibration(forecasts([0.95], [true]), bins: 10).count == 1)
    }

    @Test("the rank correlation is Spearman's, with shared ranks for ties")
    func ranks() throws {
        // scipy.stats.spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) = 0.8207826816681233
        let found = rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])
        #expect(abs(try #require(found) - 0.8207826816681233) < 1e-15)
        #expect(rankCorrelation([1, 2, 3], [30, 20, 10]) == -1)
        #expect(rankCorrelation([1, 2], [3, 3]) == nil)
        #expect(rankCorrelation([1], [2]) == nil)
        #expect(averageRanks([10, 20, 10, 30]) == [1.5, 3, 1.5, 4])
    }
}
