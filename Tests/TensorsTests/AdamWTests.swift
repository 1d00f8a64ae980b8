import Tensors
import TestSupport
import Testing

@Suite("AdamW") struct AdamWTests {
    @Test("three steps agree with the formulas in Double")
    func formulas() {
        let parameters = Arena(count: 40)
        parameters.all.set(randomBlock(1, 40, seed: 1))
        var expected = Reference(parameters.all.values.map(Double.init), decayed: 8..<24)
        let optimiser = AdamW(parameters: parameters, decayed: [8..<24], workers: 2)
        for step in 0..<3 {
            let gradient = Arena(count: 40)
            gradient.all.set(randomBlock(1, 40, seed: UInt64(10 + step)))
            let values = gradient.all.values.map(Double.init)
            let norm = optimiser.sum([gradient])
            #expect(abs(norm - values.reduce(0) { $0 + $1 * $1 }.squareRoot()) < 1e-4)
            optimiser.apply(
                gradient, norm: norm,
                step: .init(
                    index: step, learningRate: 0.01, weightDecay: 0.1, gradientClip: 2,
                    averageDecay: 0.9))
            expected.apply(values.map { $0 * min(1, 2 / norm) }, step: step)
        }
        for index in 0..<40 {
            #expect(abs(Double(parameters.all[0, index]) - expected.parameters[index]) < 1e-5)
            #expect(abs(Double(optimiser.average.all[0, index]) - expected.average[index]) < 1e-5)
        }
    }

    @Test("results do not depend on the number of workers", arguments: [2, 3, 8])
    func workers(count: Int) {
        #expect(Self.trained(workers: 1) == Self.trained(workers: count))
    }

    @Test("gradients of shards are summed")
    func shards() {
        let gradients = (0..<3).map { shard in
            let arena = Arena(count: 100)
            arena.all.set(randomBlock(1, 100, seed: UInt64(shard)))
            return arena
        }
        let expected = (0..<100).map { index in
            gradients.reduce(Float(0)) { $0 + $1.all[0, index] }
        }
        let optimiser = AdamW(parameters: Arena(count: 100), decayed: [], workers: 2)
        _ = optimiser.sum(gradients[...])
        #expect(gradients[0].all.values == expected)
    }

    @Test(
        "a gradient that is not finite has a norm that is not finite",
        arguments: [
            Float.nan, .infinity,
        ])
    func notFinite(value: Float) {
        let gradient = Arena(count: 10)
        gradient.all[0, 4] = value
        let optimiser = AdamW(parameters: Arena(count: 10), decayed: [], workers: 1)
        #expect(!optimiser.sum([gradient]).isFinite)
    }

    private static func trained(workers: Int) -> [Float] {
        let size = 100_000
        let optimiser = AdamW(
            parameters: randomBlock(1, size, seed: 1).copyOfArena(), decayed: [0..<size],
            workers: workers)
        for step in 0..<2 {
            let gradients = (0..<3).map {
                randomBlock(1, size, seed: UInt64(step * 3 + $0)).copyOfArena()
            }
            let norm = optimiser.sum(gradients[...])
            optimiser.apply(
                gradients[0], norm: norm,
                step: .init(
                    index: step, learningRate: 0.01, weightDecay: 0.1, gradientClip: 1,
                    averageDecay: 0.99))
        }
        return optimiser.parameters.all.values + optimiser.average.all.values
    }
}

extension Block {
    fileprivate func copyOfArena() -> Arena {
        let arena = Arena(count: count)
        arena.all.set(values)
        return arena
    }
}

/// Loshchilov and Hutter, algorithm 2, and the average with its warm-up.
private struct Reference {
    var parameters: [Double]
    var average: [Double]
    var first: [Double]
    var second: [Double]
    let decayed: Range<Int>

    init(_ parameters: [Double], decayed: Range<Int>) {
        self.parameters = parameters
        average = parameters
        first = parameters.map { _ in 0 }
        second = first
        self.decayed = decayed
    }

    mutating func apply(_ gradient: [Double], step: Int) {
        let count = Double(step + 1)
        var (power1, power2) = (1.0, 1.0)
        for _ in 0...step { (power1, power2) = (power1 * 0.9, power2 * 0.999) }
        for index in parameters.indices {
            first[index] = 0.9 * first[index] + 0.1 * gradient[index]
            second[index] = 0.999 * second[index] + 0.001 * gradient[index] * gradient[index]
            let move =
                first[index] / (1 - power1) / ((second[index] / (1 - power2)).squareRoot() + 1e-8)
            let decay = decayed.contains(index) ? 0.1 * parameters[index] : 0
            parameters[index] -= 0.01 * (move + decay)
            let kept = min(0.9, count / (count + 9))
            average[index] = kept * average[index] + (1 - kept) * parameters[index]
        }
    }
}
