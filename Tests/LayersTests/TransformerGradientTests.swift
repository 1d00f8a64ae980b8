import Foundation
import Layers
import TestSupport
import Tensors
import Testing

/// Attention and the layers around it, against central differences and against each other.
@Suite("Gradients of transformer layers") struct TransformerGradientTests {
    private static let attention = Attention(heads: 2, headWidth: 16)
    /// Two samples of five tokens: the first three see each other, the others what is before them;
    /// the second sample's second token is padding.
    private static let visibility = Attention.Visibility(
        limits: [3, 3, 3, 4, 5], valid: [1, 1, 1, 1, 1, 1, 0, 1, 1, 1])

    @Test("a trunk's layer, where all tokens ask and where some do", arguments: [0..<5, 3..<5])
    func trunkLayer(asking: Range<Int>) {
        for seed in [1, 2, 3] as [UInt64] { expectTrunkAgreement(asking: asking, seed: seed) }
    }

    private func expectTrunkAgreement(asking: Range<Int>, seed: UInt64) {
        var layout = ParameterLayout()
        let layer = TrunkLayer(
            "layer", width: 12, inner: 20, attention: Self.attention, in: &layout)
        let net = Fixture(layout, seed: seed)
        let rows = 2 * asking.count
        let (x, y, c) = (net.random(10, 12), zeros(rows, 12), net.random(rows, 12))
        let tokens = TrunkLayer.Tokens(count: 5, asking: asking)
        let activity = layer.makeActivity(samples: 2, tokens: tokens, keys: 5)
        let scratch = TrunkLayer.Scratch(layer, samples: 2, tokens: 5, keys: 5)
        let sight = Attention.Visibility(
            limits: Array(Self.visibility.limits[asking]), valid: Self.visibility.valid)
        func loss() -> Double {
            layer.forward(
                x, samples: 2, tokens: tokens, memory: nil, sight, net.parameters, activity,
                scratch, into: y)
            return inner(y, c)
        }
        _ = loss()
        let (d, dX, dQKV) = (zeros(rows, 12), zeros(10, 12), zeros(10, 96))
        d.set(c)
        layer.backward(
            gradient: d, x: x, samples: 2, tokens: tokens, sight, net.parameters,
            net.gradients, activity, dQKV: dQKV, scratch, into: asking.count == 5 ? d : dX)
        net.expectAgreement([("x", x, asking.count == 5 ? d : dX)], loss)
    }

    @Test("an expert's layer, with what it wants of the trunk", arguments: [1, 2, 3] as [UInt64])
    func expertLayer(seed: UInt64) {
        var layout = ParameterLayout()
        let layer = ExpertLayer(
            "layer", width: 12, inner: 20, attention: Self.attention, in: &layout)
        let net = Fixture(layout, seed: seed)
        let (start, x, c) = (net.random(6, 12), zeros(6, 12), net.random(6, 12))
        let (trunk, dTrunk) = (net.random(10, 96), zeros(10, 96))
        let modulation = net.random(2, 72)
        modulation.set(modulation.values.map { 0.3 * $0 })
        let keys = Self.attention.keys(of: trunk, count: 5, rows: 5, gradients: dTrunk)
        let sight = Attention.Visibility(
            limits: [8, 8, 8], valid: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1])
        let activity = layer.makeActivity(samples: 2, tokens: 3, trunkTokens: 5)
        let scratch = ExpertLayer.Scratch(layer, rows: 6, tokens: 3, trunkTokens: 5)
        func loss() -> Double {
            x.set(start)
            layer.forward(
                x, samples: 2, trunk: keys, modulation: modulation, sight, net.parameters,
                activity, scratch)
            return inner(x, c)
        }
        _ = loss()
        let (d, dModulation) = (zeros(6, 12), zeros(2, 72))
        d.set(c)
        layer.backward(
            gradient: d, samples: 2, trunk: keys, modulation: modulation, sight, net.parameters,
            net.gradients, activity, intoModulation: dModulation, scratch)
        net.expectAgreement(
            [
                ("x", start, d), ("modulation", modulation, dModulation),
                ("trunk's keys", Self.attention.keys(of: trunk), Self.attention.keys(of: dTrunk)),
                (
                    "trunk's values", Self.attention.values(of: trunk),
                    Self.attention.values(of: dTrunk)
                ),
            ], loss)
        #expect(dTrunk.columns(32..<96).rows(1..<2).values.allSatisfy { $0 == 0 }, "padding")
    }

    @Test("an expert's layer without modulation is the identity")
    func identity() {
        var layout = ParameterLayout()
        let layer = ExpertLayer(
            "layer", width: 12, inner: 20, attention: Self.attention, in: &layout)
        let net = Fixture(layout, seed: 1)
        let x = net.random(6, 12)
        let before = x.values
        layer.forward(
            x, samples: 2, trunk: Self.attention.keys(of: net.random(10, 96), count: 5, rows: 5),
            modulation: zeros(2, 72),
            .init(limits: [8, 8, 8], valid: Array(repeating: 1, count: 16)), net.parameters,
            layer.makeActivity(samples: 2, tokens: 3, trunkTokens: 5),
            .init(layer, rows: 6, tokens: 3, trunkTokens: 5))
        #expect(x.values == before)
    }

    @Test("attention is softmax of scores, by definition", arguments: [1, 5, 16, 17, 40])
    func definition(keys: Int) {
        let attention = Attention(heads: 2, headWidth: 32)
        let (q, k, v) = (
            randomBlock(7, 64, seed: 1), randomBlock(keys, 64, seed: 2),
            randomBlock(keys, 64, seed: 3)
        )
        let limits = (0..<7).map { 1 + $0 * (keys - 1) / 6 }
        var valid = [UInt8](repeating: 1, count: keys)
        if keys > 3 { valid[2] = 0 }
        let result = zeros(7, 64)
        attention.forward(
            q, samples: 1, keys: [.init(k, v, count: keys, rows: keys)],
            .init(limits: limits, valid: valid),
            weights: zeros(1, attention.weightCount(queries: 7, keys: keys)), into: result,
            scratch: zeros(1, attention.scratchCount(queries: 7, keys: keys)))
        for query in 0..<7 {
            for head in 0..<2 {
                let columns = (head * 32)..<((head + 1) * 32)
                let seen = (0..<limits[query]).filter { valid[$0] == 1 }
                let scores = seen.map { key in
                    columns.reduce(0.0) { $0 + Double(q[query, $1]) * Double(k[key, $1]) }
                        / 32.0.squareRoot()
                }
                let masses = scores.map { exp($0) }
                let sum = masses.reduce(0, +)
                for column in columns {
                    let wanted = zip(seen, masses).reduce(0.0) {
                        $0 + $1.1 / sum * Double(v[$1.0, column])
                    }
                    #expect(abs(wanted - Double(result[query, column])) < 1e-5)
                }
            }
        }
    }
}
