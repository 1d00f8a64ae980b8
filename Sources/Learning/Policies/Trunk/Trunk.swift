import Batching
import Layers
import Tensors

/// The transformer that reads what a robot sees and is told: docs/model.md, "Trunk".
struct Trunk: Sendable {
    let configuration: TrunkConfiguration
    /// Tokens of the instructions of the tasks that the network knows.
    let instructions: [[Int]]
    let attention: Attention
    /// Absent without cameras.
    let pictures: Pictures?
    let words: Embedding
    let instructionPlaces: Embedding
    /// Absent without text out.
    let subtaskPlaces: Embedding?
    let embodiments: Embedding
    let state: StateEncoder
    let last: Embedding
    let layers: [TrunkLayer]
    let norm: RMSNorm

    /// What makes tokens of patches.
    struct Pictures: Sendable {
        let patch: Linear
        let places: Embedding
        let cameras: Embedding
    }

    /// - Precondition: the configuration is valid, and no instruction is longer than it says.
    init(
        _ configuration: TrunkConfiguration, _ tables: NormaliserTables, instructions: [[Int]],
        in layout: inout ParameterLayout
    ) {
        let (size, shape) = (configuration.size, configuration.shape)
        let width = size.width
        func table(_ name: String, _ kinds: Int) -> Embedding {
            Embedding(
                "trunk.\(name)", kinds: kinds, columns: width, deviation: 0.3, in: &layout)
        }
        self.configuration = configuration
        self.instructions = instructions
        attention = size.attention
        pictures =
            shape.cameraCount > 0
            ? Pictures(
                patch: Linear(
                    "trunk.patch", inputs: shape.patchColumns, outputs: width, in: &layout),
                places: table("patch.place", shape.patchCount),
                cameras: table("camera", shape.cameraCount)) : nil
        words = table("word", configuration.vocabularySize)
        instructionPlaces = table("instruction.place", configuration.instructionLength)
        subtaskPlaces =
            shape.subtaskLength > 0 ? table("subtask.place", shape.subtaskLength) : nil
        embodiments = table("embodiment", configuration.embodimentCount)
        state = StateEncoder("trunk.state", configuration, tables, in: &layout)
        last = table("last", configuration.lastKinds)
        var layers: [TrunkLayer] = []
        for index in 0..<size.layers {
            layers.append(
                TrunkLayer(
                    "trunk.\(index)", width: width, inner: width * size.expansion,
                    attention: size.attention, in: &layout))
        }
        self.layers = layers
        norm = RMSNorm("trunk.norm", columns: width, in: &layout)
    }

    /// Samples of a shard: about a megabyte for each block of tokens.
    var largestShard: Int {
        max(1, min(128, 262_144 / (configuration.tokenCount * configuration.size.width)))
    }

    /// Computes some tokens of some samples, and the readings among them.
    ///
    /// `kinds` are the last token's, a row a sample. Earlier tokens are looked up in `cache`, which
    /// is needed unless all tokens are computed at once. `threads` share the rows of products.
    func forward(
        _ batch: ObservationBatch, rows: Range<Int>, tokens: Range<Int>, kinds: ArraySlice<Int>,
        cache: TrunkCache?, _ parameters: Arena, _ work: TrunkWorkspace, threads: Int = 1
    ) {
        work.prepare(batch, rows: rows, tokens: tokens, kinds: kinds, self)
        embed(batch, rows: rows, tokens: tokens, parameters, work)
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            layer.forward(
                work.stream(index), samples: rows.count,
                tokens: isLast ? work.lastTokens : .init(all: tokens.count),
                memory: cache.map {
                    .init(
                        qkv: $0.layers[index], rows: configuration.tokenCount,
                        count: work.keyCount, start: tokens.lowerBound)
                }, isLast ? work.lastVisibility : work.visibility, parameters,
                work.layers[index], work.scratch, threads: threads,
                into: isLast ? work.unread : work.stream(index + 1))
        }
        norm.forward(work.unread, parameters, inverses: work.readingInverses, into: work.readings)
    }

    private func embed(
        _ batch: ObservationBatch, rows: Range<Int>, tokens: Range<Int>, _ parameters: Arena,
        _ work: TrunkWorkspace
    ) {
        let x = work.stream(0)
        x.fill(0)
        if let pictures, tokens.contains(0) {
            let size = configuration.shape.pictureSize
            let count = rows.count * configuration.instructionStart
            let patches = work.patches.prefix(rows: count)
            patches.set(batch.patches[(rows.lowerBound * size)..<(rows.upperBound * size)])
            work.blankMissingPatches(configuration)
            let embedded = work.embedded.prefix(rows: count)
            pictures.patch.forward(patches, parameters, into: embedded)
            Activations.addRows(of: embedded, at: work.index(.patch), to: x)
            pictures.places.forward(work.index(.patchPlace), parameters, addingTo: x)
            pictures.cameras.forward(work.index(.camera), parameters, addingTo: x)
        }
        words.forward(work.index(.word), parameters, addingTo: x)
        instructionPlaces.forward(work.index(.instructionPlace), parameters, addingTo: x)
        subtaskPlaces?.forward(work.index(.subtaskPlace), parameters, addingTo: x)
        embodiments.forward(work.index(.embodiment), parameters, addingTo: x)
        if tokens.contains(configuration.stateToken) {
            state.forward(batch, rows: rows, parameters, work.state)
            Activations.addRows(
                of: work.state.token.prefix(rows: rows.count), at: work.index(.state), to: x)
        }
        last.forward(work.index(.last), parameters, addingTo: x)
    }
}
