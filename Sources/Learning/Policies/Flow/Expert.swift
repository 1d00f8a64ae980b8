import Layers
import Tensors

/// The action expert's sizes.
package struct ExpertSize: Codable, Sendable, Equatable {
    /// Columns of the residual stream (E).
    package var width: Int
    /// Columns inside a layer's MLP, as a multiple of `width`.
    package var expansion: Int
    /// Columns of the vector that flow time modulates the layers with (c).
    package var conditionWidth: Int
    /// Steps of action in one token; divides the horizon.
    package var stepsPerToken: Int

    package init(width: Int, expansion: Int, conditionWidth: Int, stepsPerToken: Int) {
        self.width = width
        self.expansion = expansion
        self.conditionWidth = conditionWidth
        self.stepsPerToken = stepsPerToken
    }
}

/// Velocity of a noisy chunk, given what the trunk read: docs/model.md, "Action expert".
struct Expert: Sendable {
    let size: ExpertSize
    /// Tokens of a chunk, and numbers of each.
    let tokens: Int, tokenColumns: Int
    let trunkTokens: Int
    let timeInput: Linear
    let timeActivation: BiasedSiLU
    let timeOutput: Linear
    let conditionActivation: BiasedSiLU
    let modulation: Linear
    let action: Linear
    let places: Embedding
    let readout: Linear
    let layers: [ExpertLayer]
    let norm: ModulatedNorm
    let output: Linear
    /// Angular speeds of the flow time's features.
    let frequencies: Block

    static let frequencyCount = 16

    init(
        _ size: ExpertSize, horizon: Int, actionWidth: Int, trunk: Trunk,
        in layout: inout ParameterLayout
    ) {
        let (width, small) = (size.width, size.conditionWidth)
        let layerCount = trunk.layers.count
        self.size = size
        tokens = horizon / size.stepsPerToken
        tokenColumns = size.stepsPerToken * actionWidth
        trunkTokens = trunk.configuration.tokenCount
        timeInput = Linear(
            "expert.time.input", inputs: 2 * Self.frequencyCount, outputs: small, hasBias: false,
            in: &layout)
        timeActivation = BiasedSiLU("expert.time.activation", columns: small, in: &layout)
        timeOutput = Linear(
            "expert.time.output", inputs: small, outputs: small, hasBias: false, in: &layout)
        conditionActivation = BiasedSiLU(
            "expert.condition.activation", columns: small, in: &layout)
        norm = ModulatedNorm(width: width)
        modulation = Linear(
            "expert.modulation", inputs: small,
            outputs: layerCount * ExpertLayer.modulationColumns(width: width)
                + norm.modulationColumns, startsAtZero: true, in: &layout)
        action = Linear("expert.action", inputs: tokenColumns, outputs: width, in: &layout)
        places = Embedding(
            "expert.place", kinds: tokens, columns: width, deviation: 0.1, in: &layout)
        readout = Linear(
            "expert.readout", inputs: trunk.configuration.size.width, outputs: width,
            hasBias: false, in: &layout)
        var layers: [ExpertLayer] = []
        for index in 0..<layerCount {
            layers.append(
                ExpertLayer(
                    "expert.\(index)", width: width, inner: width * size.expansion,
                    attention: trunk.attention, in: &layout))
        }
        self.layers = layers
        output = Linear(
            "expert.output", inputs: width, outputs: tokenColumns, startsAtZero: true,
            in: &layout)
        frequencies = newBlock(1, Self.frequencyCount)
        frequencies.set(geometricSeries(from: 1, to: 200, count: Self.frequencyCount))
    }

    /// Columns of the modulation that a layer reads.
    func modulationColumns(ofLayer index: Int) -> Range<Int> {
        let size = ExpertLayer.modulationColumns(width: size.width)
        return (index * size)..<((index + 1) * size)
    }

    /// Columns of the modulation that the last norm reads.
    var lastModulationColumns: Range<Int> {
        let start = modulationColumns(ofLayer: layers.count).lowerBound
        return start..<(start + norm.modulationColumns)
    }

    /// The modulation of all layers at flow times, a row each.
    func modulate(times: Block, _ parameters: Arena, _ work: ExpertWorkspace) {
        let count = times.columns
        let features = work.timeFeatures.prefix(rows: count)
        let (hidden, active) = (
            work.timeHidden.prefix(rows: count), work.timeActive.prefix(rows: count)
        )
        let (sum, condition) = (
            work.conditionHidden.prefix(rows: count), work.condition.prefix(rows: count)
        )
        Encodings.encodeTimes(times, frequencies: frequencies, into: features)
        timeInput.forward(features, parameters, into: hidden)
        timeActivation.forward(hidden, parameters, into: active)
        timeOutput.forward(active, parameters, into: sum)
        conditionActivation.forward(sum, parameters, into: condition)
        modulation.forward(condition, parameters, into: work.modulation.prefix(rows: count))
    }

    func modulateBackward(
        count: Int, _ parameters: Arena, _ gradients: Arena, _ work: ExpertWorkspace
    ) {
        let d = work.dCondition.prefix(rows: count)
        let dTime = work.dTime.prefix(rows: count)
        modulation.backward(
            work.condition.prefix(rows: count), dY: work.dModulation.prefix(rows: count),
            parameters, gradients, into: d)
        conditionActivation.backward(
            work.conditionHidden.prefix(rows: count), gradient: d, gradients)
        timeOutput.backward(
            work.timeActive.prefix(rows: count), dY: d, parameters, gradients, into: dTime)
        timeActivation.backward(work.timeHidden.prefix(rows: count), gradient: dTime, gradients)
        timeInput.backward(
            work.timeFeatures.prefix(rows: count), dY: dTime, parameters, gradients, into: nil)
    }
}
