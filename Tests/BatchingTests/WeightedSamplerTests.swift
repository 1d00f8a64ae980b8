import Batching
import Testing

@Suite("Weighted sampler")
struct WeightedSamplerTests {
    @Test("episodes are drawn in proportion to their weights")
    func proportions() {
        let weights = [1.0, 0, 3, 6]
        let sampler = WeightedSampler(weights: weights, seed: 7)
        var counts = [0, 0, 0, 0]
        for step in 0..<100 {
            for sample in 0..<200 { counts[sampler.draw(step: step, sample: sample).episode] += 1 }
        }
        #expect(counts[1] == 0)
        for (count, weight) in zip(counts, weights) {
            // Five standard deviations of a binomial of 20,000 draws.
            let share = weight / 10
            let deviation = (share * (1 - share) / 20_000).squareRoot()
            #expect(abs(Double(count) / 20_000 - share) <= 5 * deviation)
        }
    }

    @Test("a draw depends on seed, step and sample, and on nothing drawn before")
    func counters() {
        let weights = (1...50).map(Double.init)
        let one = WeightedSampler(weights: weights, seed: 1)
        for step in 0..<100 { _ = one.draw(step: step, sample: 0) }
        let fresh = WeightedSampler(weights: weights, seed: 1)
        #expect(one.draw(step: 500, sample: 3) == fresh.draw(step: 500, sample: 3))
        #expect(one.draw(step: 500, sample: 3) != one.draw(step: 500, sample: 4))
        #expect(one.draw(step: 500, sample: 3) != one.draw(step: 501, sample: 3))
        let other = WeightedSampler(weights: weights, seed: 2)
        #expect(one.draw(step: 500, sample: 3) != other.draw(step: 500, sample: 3))
    }

    @Test("an offset falls on the step whose cumulated weight covers it")
    func steps() {
        let weights: [Float] = [0, 2, 0, 1, 0]
        #expect(WeightedSampler.step(at: 0, in: weights) == 1)
        #expect(WeightedSampler.step(at: 1.99, in: weights) == 1)
        #expect(WeightedSampler.step(at: 2, in: weights) == 3)
        #expect(WeightedSampler.step(at: 99, in: weights) == 3)
    }

    @Test("a dropout is as frequent as asked, and never or always at the ends")
    func dropouts() {
        let sampler = WeightedSampler(weights: [1], seed: 3)
        func count(_ share: Double) -> Int {
            (0..<4000).count { sampler.drops(step: $0, sample: 0, share: share) }
        }
        #expect(count(0) == 0)
        #expect(count(1) == 4000)
        #expect(abs(Double(count(0.15)) / 4000 - 0.15) < 0.03)
    }

    @Test("weights that are negative, not finite or all zero are refused")
    func refusals() async {
        await #expect(processExitsWith: .failure) { _ = WeightedSampler(weights: [0, 0], seed: 1) }
        await #expect(processExitsWith: .failure) { _ = WeightedSampler(weights: [-1], seed: 1) }
        await #expect(processExitsWith: .failure) {
            _ = WeightedSampler(weights: [.infinity], seed: 1)
        }
    }
}
