import TestSupport
import Tensors
import Testing

@Suite("Gradients of losses") struct LossGradientTests {
    @Test("weighted squares of the flow", arguments: [1, 2, 3] as [UInt64])
    func weightedSquares(seed: UInt64) {
        let (v, target) = (randomBlock(4, 6, seed: seed), randomBlock(4, 6, seed: seed + 10))
        let weights = randomBlock(4, 6, seed: seed + 20)
        weights.set(weights.values.map { max(0, $0) })
        let dV = zeros(4, 6)
        _ = Losses.weightedSquares(v, target: target, weights: weights, factor: 0.3, into: dV)
        let scratch = zeros(4, 6)
        let pair = slopes(along: seed, at: v, gradient: dV) {
            0.3
                * Losses.weightedSquares(
                    v, target: target, weights: weights, factor: 1, into: scratch)
        }
        #expect(pair.agrees, "\(pair)")
        for (slope, weight) in zip(dV.values, weights.values) where weight == 0 {
            #expect(slope == 0)
        }
    }

    @Test("cross-entropy to two bins", arguments: [1, 2, 3] as [UInt64])
    func twoHot(seed: UInt64) {
        let logits = randomBlock(4, 9, seed: seed)
        let (shares, weights) = (zeros(1, 4), zeros(1, 4))
        shares.set([0, 0.25, 1, 0.5])
        weights.set([1, 2, 0.5, 0])
        let lower = [0, 3, 7, 5]
        func loss(_ logits: Block, factor: Float) -> Double {
            Losses.twoHotCrossEntropy(
                logits, lower: lower[...], shares: shares, weights: weights, factor: factor)
        }
        let gradient = zeros(4, 9)
        gradient.set(logits)
        _ = loss(gradient, factor: 0.7)
        let scratch = zeros(4, 9)
        let pair = slopes(along: seed, at: logits, gradient: gradient) {
            scratch.set(logits)
            return 0.7 * loss(scratch, factor: 1)
        }
        #expect(pair.agrees, "\(pair)")
        #expect(gradient.rows(3..<4).values.allSatisfy { $0 == 0 })
    }

    @Test("softmax sums to one, and stands large logits")
    func softmax() {
        let logits = zeros(3, 4)
        logits.set([0, 0, 0, 0, 1000, 999, -1000, 0, -5, 1, 2, 3])
        Losses.softmax(logits)
        for row in 0..<3 {
            #expect(abs(logits.rows(row..<(row + 1)).values.reduce(0, +) - 1) < 1e-5)
        }
        #expect(logits.rows(0..<1).values == [0.25, 0.25, 0.25, 0.25])
        #expect(abs(logits[1, 0] - 0.7310586) < 1e-5)
        #expect(abs(logits[2, 3] - 0.6650957) < 1e-4)
    }

    @Test("a flow's point goes from noise at time 0 to action at time 1")
    func flowPoint() {
        let (action, noise) = (randomBlock(3, 4, seed: 1), randomBlock(3, 4, seed: 2))
        let (times, x, target) = (zeros(1, 3), zeros(3, 4), zeros(3, 4))
        times.set([0, 0.25, 1])
        Losses.flowPoint(
            actions: action, noise: noise, times: times, intoPoint: x, intoTarget: target)
        #expect(x.rows(0..<1).values == noise.rows(0..<1).values)
        #expect(x.rows(2..<3).values == action.rows(2..<3).values)
        #expect(abs(x[1, 2] - (0.75 * noise[1, 2] + 0.25 * action[1, 2])) < 1e-6)
        #expect(target[1, 2] == action[1, 2] - noise[1, 2])
    }
}
