import Batching
package import Layers
import Tensors

/// Velocity of an action chunk: observation, indicator, flow time and noisy actions go in.
///
/// A residual stack over the whole chunk; flow time, task and indicator modulate its norms and
/// gates. The trunk's part, ``observe(_:rows:parameters:_:)``, is computed once a chunk.
package struct FlowNetwork: Sendable {
    let configuration: PolicyConfiguration
    let tables: NormaliserTables
    package private(set) var layout = ParameterLayout()
    let state: StateEncoder
    let stateOutput: Linear
    let actionInput: Linear
    let indicator: Embedding
    let timeInput: Linear
    let timeActivation: BiasedSiLU
    let timeOutput: Linear
    let conditionTask: Embedding
    let conditionIndicator: Embedding
    let conditionActivation: BiasedSiLU
    let modulation: Linear
    let blocks: [ResidualBlock]
    let lastNorm: ModulatedNorm
    let output: Linear
    /// Angular speeds of the flow time's features.
    let frequencies: Block

    static let frequencyCount = 16

    /// - Precondition: both are valid.
    package init(_ configuration: PolicyConfiguration, _ normaliser: Normaliser) {
        let width = configuration.width
        let condition = configuration.conditionWidth
        let chunk = configuration.horizon * configuration.actionWidth
        let tables = NormaliserTables(
            normaliser, stateWidth: configuration.stateWidth,
            actionWidth: configuration.actionWidth)
        self.configuration = configuration
        self.tables = tables
        state = StateEncoder(
            embodiments: configuration.embodiments.count, tasks: configuration.tasks.count,
            history: configuration.historyLength, octaves: configuration.octaves, width: width,
            tables: tables, in: &layout)
        stateOutput = Linear("state.output", inputs: width, outputs: width, in: &layout)
        actionInput = Linear(
            "action.input", inputs: chunk, outputs: width, hasBias: false, in: &layout)
        indicator = Embedding(
            "indicator", kinds: 2, columns: width, deviation: 0.02, in: &layout)
        timeInput = Linear(
            "time.input", inputs: 2 * Self.frequencyCount, outputs: condition, hasBias: false,
            in: &layout)
        timeActivation = BiasedSiLU("time.activation", columns: condition, in: &layout)
        timeOutput = Linear(
            "time.output", inputs: condition, outputs: condition, hasBias: false, in: &layout)
        conditionTask = Embedding(
            "condition.task", kinds: configuration.tasks.count, columns: condition,
            deviation: 0.3, in: &layout)
        conditionIndicator = Embedding(
            "condition.indicator", kinds: 2, columns: condition, deviation: 0.3, in: &layout)
        conditionActivation = BiasedSiLU("condition.activation", columns: condition, in: &layout)
        lastNorm = ModulatedNorm(width: width)
        modulation = Linear(
            "modulation", inputs: condition,
            outputs: configuration.blocks * ResidualBlock.modulationColumns(width: width)
                + lastNorm.modulationColumns, startsAtZero: true, in: &layout)
        var blocks: [ResidualBlock] = []
        for index in 0..<configuration.blocks {
            blocks.append(
                ResidualBlock(
                    "blocks.\(index)", width: width, inner: width * configuration.expansion,
                    in: &layout))
        }
        self.blocks = blocks
        output = Linear("output", inputs: width, outputs: chunk, startsAtZero: true, in: &layout)
        frequencies = newBlock(1, Self.frequencyCount)
        frequencies.set(geometricSeries(from: 1, to: 200, count: Self.frequencyCount))
    }

    /// Columns of the modulation that a block reads.
    func modulationColumns(ofBlock index: Int) -> Range<Int> {
        let size = ResidualBlock.modulationColumns(width: configuration.width)
        return (index * size)..<((index + 1) * size)
    }

    /// Columns of the modulation that the last norm reads.
    var lastModulationColumns: Range<Int> {
        let start = modulationColumns(ofBlock: blocks.count).lowerBound
        return start..<(start + lastNorm.modulationColumns)
    }
}
