import Batching
import Layers
import Tensors

/// The first layers of every network here: encoded states, with the task and the robot.
///
/// hidden = SiLU(features W + task row + embodiment row + b)
struct StateEncoder: Sendable {
    let input: Linear
    let task: Embedding
    let embodiment: Embedding
    let activation: BiasedSiLU
    private let tables: NormaliserTables
    private let history: Int
    private let octaves: Int
    private let featureCount: Int
    private let width: Int

    init(
        embodiments: Int, tasks: Int, history: Int, octaves: Int, width: Int,
        tables: NormaliserTables, in layout: inout ParameterLayout
    ) {
        self.tables = tables
        self.history = history
        self.octaves = octaves
        self.width = width
        featureCount = Encodings.stateFeatureCount(
            columns: tables.stateCentres.columns, history: history, octaves: octaves)
        input = Linear(
            "state.input", inputs: featureCount, outputs: width, hasBias: false, in: &layout)
        task = Embedding("state.task", kinds: tasks, columns: width, deviation: 0.3, in: &layout)
        embodiment = Embedding(
            "state.embodiment", kinds: embodiments, columns: width, deviation: 0.3, in: &layout)
        activation = BiasedSiLU("state.activation", columns: width, in: &layout)
    }

    struct Activity: Sendable {
        let features: Block, hidden: Block, active: Block
    }

    func makeActivity(rows: Int) -> Activity {
        Activity(
            features: newBlock(rows, featureCount), hidden: newBlock(rows, width),
            active: newBlock(rows, width))
    }

    /// The result is `active` of the activity.
    func forward(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ activity: Activity
    ) {
        let size = history * batch.stateWidth
        let features = activity.features.prefix(rows: rows.count)
        let hidden = activity.hidden.prefix(rows: rows.count)
        Encodings.encodeStates(
            batch.states[(rows.lowerBound * size)..<(rows.upperBound * size)],
            embodiments: batch.embodiments[rows], centres: tables.stateCentres,
            scales: tables.stateScales, history: history, octaves: octaves, into: features)
        input.forward(features, parameters, into: hidden)
        task.forward(batch.tasks[rows], parameters, addingTo: hidden)
        embodiment.forward(batch.embodiments[rows], parameters, addingTo: hidden)
        activation.forward(hidden, parameters, into: activity.active.prefix(rows: rows.count))
    }

    /// `gradient`, of `active`, is used up.
    func backward(
        _ batch: ObservationBatch, rows: Range<Int>, gradient: Block, _ parameters: Arena,
        _ gradients: Arena, _ activity: Activity
    ) {
        activation.backward(
            activity.hidden.prefix(rows: rows.count), gradient: gradient, gradients)
        input.backward(
            activity.features.prefix(rows: rows.count), dY: gradient, parameters, gradients,
            into: nil)
        task.backward(batch.tasks[rows], dY: gradient, gradients)
        embodiment.backward(batch.embodiments[rows], dY: gradient, gradients)
    }
}

/// A new matrix of zeros in an arena of its own.
func newBlock(_ rows: Int, _ columns: Int) -> Block {
    Arena(count: rows * columns).block(at: 0, rows: rows, columns: columns)
}
