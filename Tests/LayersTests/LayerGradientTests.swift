import Layers
import TestSupport
import Tensors
import Testing

/// Every layer's way back against central differences, for inputs and for parameters.
@Suite("Gradients of layers") struct LayerGradientTests {
    @Test("linear", arguments: [1, 2, 3] as [UInt64])
    func linear(seed: UInt64) {
        var layout = ParameterLayout()
        let layer = Linear("linear", inputs: 5, outputs: 7, in: &layout)
        let net = Fixture(layout, seed: seed)
        let (x, y, c) = (net.random(6, 5), zeros(6, 7), net.random(6, 7))
        func loss() -> Double {
            layer.forward(x, net.parameters, into: y)
            return inner(y, c)
        }
        let dX = zeros(6, 5)
        layer.backward(x, dY: c, net.parameters, net.gradients, into: dX)
        net.expectAgreement([("x", x, dX)], loss)
    }

    @Test("a linear layer adds to what is there where asked to")
    func accumulation() {
        var layout = ParameterLayout()
        let layer = Linear("linear", inputs: 3, outputs: 2, hasBias: false, in: &layout)
        let net = Fixture(layout, seed: 4)
        let (x, y, d, dX) = (net.random(4, 3), zeros(4, 2), net.random(4, 2), zeros(4, 3))
        layer.forward(x, net.parameters, into: y)
        let once = y.values
        layer.forward(x, net.parameters, into: y, mode: .accumulating)
        #expect(y.values == once.map { 2 * $0 })
        layer.backward(x, dY: d, net.parameters, net.gradients, into: dX)
        let slope = dX.values
        layer.backward(x, dY: d, net.parameters, net.gradients, into: dX, mode: .accumulating)
        #expect(dX.values == slope.map { 2 * $0 })
    }

    @Test("SiLU after a bias", arguments: [1, 2, 3] as [UInt64])
    func biasedSiLU(seed: UInt64) {
        var layout = ParameterLayout()
        let layer = BiasedSiLU("silu", columns: 19, in: &layout)
        let net = Fixture(layout, seed: seed)
        let (x, z, a, c) = (net.random(6, 19), zeros(6, 19), zeros(6, 19), net.random(6, 19))
        func loss() -> Double {
            z.set(x)
            layer.forward(z, net.parameters, into: a)
            return inner(a, c)
        }
        _ = loss()
        let d = zeros(6, 19)
        d.set(c)
        layer.backward(z, gradient: d, net.gradients)
        net.expectAgreement([("x", x, d)], loss)
    }

    @Test("embedding, with rows used twice, never, and not at all", arguments: [1, 2] as [UInt64])
    func embedding(seed: UInt64) {
        var layout = ParameterLayout()
        let layer = Embedding("rows", kinds: 4, columns: 9, deviation: 1, in: &layout)
        let net = Fixture(layout, seed: seed)
        let indices = [2, 0, -1, 2, 3]
        let (y, c) = (zeros(5, 9), net.random(5, 9))
        func loss() -> Double {
            y.fill(0)
            layer.forward(indices[...], net.parameters, addingTo: y)
            return inner(y, c)
        }
        layer.backward(indices[...], dY: c, net.gradients)
        #expect(layer.table.block(in: net.gradients).rows(1..<2).values.allSatisfy { $0 == 0 })
        net.expectAgreement([], loss)
        #expect(y.rows(2..<3).values.allSatisfy { $0 == 0 })
    }

    @Test("modulated norm", arguments: [1, 2, 3] as [UInt64])
    func modulatedNorm(seed: UInt64) {
        let layer = ModulatedNorm(width: 21)
        let net = Fixture(ParameterLayout(), seed: seed)
        let (x, y, c) = (net.random(5, 21), zeros(5, 21), net.random(5, 21))
        // Columns of a wider block, as in the network.
        let modulation = net.random(5, 60).columns(10..<52)
        let activity = layer.makeActivity(rows: 8)
        func loss() -> Double {
            layer.forward(x, modulation: modulation, activity, into: y)
            return inner(y, c)
        }
        _ = loss()
        let dModulation = zeros(5, 60).columns(10..<52)
        let dX = zeros(5, 21)
        layer.backward(
            dY: c, modulation: modulation, activity, intoModulation: dModulation, into: dX)
        net.expectAgreement(
            [("x", x, dX), ("modulation", modulation, dModulation)], loss)
    }

    @Test("root mean square norm", arguments: [1, 2, 3] as [UInt64])
    func rmsNorm(seed: UInt64) {
        var layout = ParameterLayout()
        let layer = RMSNorm("norm", columns: 19, in: &layout)
        let net = Fixture(layout, seed: seed)
        let (x, y, c) = (net.random(5, 19), zeros(5, 19), net.random(5, 19))
        let inverses = zeros(1, 5)
        func loss() -> Double {
            layer.forward(x, net.parameters, inverses: inverses, into: y)
            return inner(y, c)
        }
        _ = loss()
        let dX = zeros(5, 19)
        layer.backward(
            dY: c, x: x, inverses: inverses, net.parameters, net.gradients, addingTo: dX)
        net.expectAgreement([("x", x, dX)], loss)
    }
}

/// A layer's parameters, away from their start, and its gradients.
struct Fixture {
    let layout: ParameterLayout
    let parameters: Arena
    let gradients: Arena
    private let seed: UInt64

    init(_ layout: ParameterLayout, seed: UInt64) {
        self.layout = layout
        self.seed = seed
        parameters = Arena(count: layout.count)
        gradients = Arena(count: layout.count)
        for (index, parameter) in layout.parameters.enumerated() {
            let block = parameter.block(in: parameters)
            block.set(
                randomBlock(block.rows, block.columns, seed: seed + 100 * UInt64(index)).values
                    .map { 0.5 * $0 })
        }
    }

    func random(_ rows: Int, _ columns: Int) -> Block {
        randomBlock(rows, columns, seed: seed &* 7919 &+ UInt64(rows * 1000 + columns))
    }

    func expectAgreement(
        _ inputs: [(name: String, values: Block, gradient: Block)], _ loss: () -> Double
    ) {
        let learned = layout.parameters.map {
            (name: $0.name, values: $0.block(in: parameters), gradient: $0.block(in: gradients))
        }
        for (name, values, gradient) in inputs + learned {
            for direction in 0..<3 {
                let pair = slopes(
                    along: seed + UInt64(direction), at: values, gradient: gradient, loss: loss)
                #expect(pair.agrees, "\(name): \(pair)")
                #expect(pair.analytic != 0, "\(name) has no slope")
            }
        }
    }
}
