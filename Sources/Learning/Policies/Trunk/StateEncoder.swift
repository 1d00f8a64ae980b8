import Batching
import Layers
import Tensors

/// A state as a token: W2 SiLU(features W1 + embodiment row + b1) + b2.
struct StateEncoder: Sendable {
    let input: Linear
    let embodiment: Embedding
    let activation: BiasedSiLU
    let output: Linear
    private let features: Encodings.StateFeatures
    private let hiddenWidth: Int
    private let width: Int

    init(
        _ name: String, _ configuration: TrunkConfiguration, _ tables: NormaliserTables,
        in layout: inout ParameterLayout
    ) {
        features = Encodings.StateFeatures(
            centres: tables.stateCentres, scales: tables.stateScales,
            history: configuration.shape.historyLength, octaves: configuration.octaves,
            gains: configuration.pairGains)
        hiddenWidth = configuration.size.stateWidth
        width = configuration.size.width
        input = Linear(
            name + ".input", inputs: features.count, outputs: hiddenWidth, hasBias: false,
            in: &layout)
        embodiment = Embedding(
            name + ".embodiment", kinds: configuration.embodimentCount, columns: hiddenWidth,
            deviation: 0.3, in: &layout)
        activation = BiasedSiLU(name + ".activation", columns: hiddenWidth, in: &layout)
        output = Linear(name + ".output", inputs: hiddenWidth, outputs: width, in: &layout)
    }

    struct Activity: Sendable {
        let features: Block, hidden: Block, active: Block
        /// Samples x D: the state's token, and its gradient.
        let token: Block, gradient: Block
        let hiddenGradient: Block
    }

    func makeActivity(samples: Int) -> Activity {
        Activity(
            features: newBlock(samples, features.count), hidden: newBlock(samples, hiddenWidth),
            active: newBlock(samples, hiddenWidth), token: newBlock(samples, width),
            gradient: newBlock(samples, width), hiddenGradient: newBlock(samples, hiddenWidth))
    }

    /// The result is `token` of the activity.
    func forward(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ activity: Activity
    ) {
        let size = features.history * batch.stateWidth
        let seen = activity.features.prefix(rows: rows.count)
        let hidden = activity.hidden.prefix(rows: rows.count)
        let active = activity.active.prefix(rows: rows.count)
        Encodings.encodeStates(
            batch.states[(rows.lowerBound * size)..<(rows.upperBound * size)],
            embodiments: batch.embodiments[rows], as: features, into: seen)
        input.forward(seen, parameters, into: hidden)
        embodiment.forward(batch.embodiments[rows], parameters, addingTo: hidden)
        activation.forward(hidden, parameters, into: active)
        output.forward(active, parameters, into: activity.token.prefix(rows: rows.count))
    }

    /// From `gradient` of the activity.
    func backward(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ gradients: Arena,
        _ activity: Activity
    ) {
        let d = activity.hiddenGradient.prefix(rows: rows.count)
        output.backward(
            activity.active.prefix(rows: rows.count),
            dY: activity.gradient.prefix(rows: rows.count), parameters, gradients, into: d)
        activation.backward(activity.hidden.prefix(rows: rows.count), gradient: d, gradients)
        input.backward(
            activity.features.prefix(rows: rows.count), dY: d, parameters, gradients, into: nil)
        embodiment.backward(batch.embodiments[rows], dY: d, gradients)
    }
}
