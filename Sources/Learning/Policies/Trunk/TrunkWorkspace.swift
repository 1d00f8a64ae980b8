import Batching
import Layers
import Tensors

/// Keys and values of all tokens of some samples, one block a layer.
struct TrunkCache: Sendable {
    let layers: [Block]

    init(_ trunk: Trunk, samples: Int) {
        let rows = samples * trunk.configuration.tokenCount
        layers = trunk.layers.map { newBlock(rows, $0.attention.threefold) }
    }
}

/// Activations of a trunk for some samples; reused from step to step.
final class TrunkWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.

    /// Tables that tokens are looked up in, row by row; -1 for those that are not.
    enum Table: Int, CaseIterable {
        case patch, patchPlace, camera, word, instructionPlace, subtaskPlace, embodiment, state
        case last
    }

    let layers: [TrunkLayer.Activity]
    let scratch: TrunkLayer.Scratch
    let state: StateEncoder.Activity
    let patches: Block, embedded: Block
    private let wholeUnread: Block, wholeReadings: Block, wholeReadingInverses: Block
    private let wholeDReadings: Block, wholeDUnread: Block
    private let streams: [Block]
    private let wholeGradient: Block
    private let wholeQKVGradients: [Block]
    private var indices: [[Int]]
    private var rowCount = 0
    private var sampleCount = 0
    private(set) var visibility = Attention.Visibility(limits: [], valid: [])
    /// Tokens of the last layer, of which only those ask that somebody reads, and what they see.
    private(set) var lastTokens = TrunkLayer.Tokens(count: 0, asking: 0..<0)
    private(set) var lastVisibility = Attention.Visibility(limits: [], valid: [])
    /// Keys that the tokens at hand may see.
    private(set) var keyCount = 0

    /// Room for `tokens` tokens of each sample; without `learns` there is none for the way back.
    init(_ trunk: Trunk, samples: Int, tokens: Int, learns: Bool) {
        let configuration = trunk.configuration
        let (shape, width) = (configuration.shape, configuration.size.width)
        let (rows, keys) = (samples * tokens, configuration.tokenCount)
        let pictureRows = tokens > 1 ? samples * configuration.instructionStart : 0
        let readingRows = samples * configuration.readingCount
        let learnedRows = learns ? rows : 0
        let last = TrunkLayer.Tokens(
            count: tokens, asking: max(0, tokens - configuration.readingCount)..<tokens)
        layers = trunk.layers.enumerated().map { index, layer in
            layer.makeActivity(
                samples: samples,
                tokens: index == trunk.layers.count - 1 ? last : .init(all: tokens), keys: keys)
        }
        scratch = .init(trunk.layers[0], samples: samples, tokens: tokens, keys: keys)
        state = trunk.state.makeActivity(samples: samples)
        patches = newBlock(pictureRows, max(1, shape.patchColumns))
        embedded = newBlock(pictureRows, width)
        (wholeUnread, wholeReadings) = (newBlock(readingRows, width), newBlock(readingRows, width))
        wholeReadingInverses = newBlock(1, readingRows)
        wholeDReadings = newBlock(readingRows, width)
        wholeDUnread = newBlock(readingRows, width)
        streams = trunk.layers.map { _ in newBlock(rows, width) }
        wholeGradient = newBlock(learnedRows, width)
        wholeQKVGradients = trunk.layers.map { newBlock(learnedRows, $0.attention.threefold) }
        indices = Table.allCases.map { _ in Array(repeating: -1, count: rows) }
    }

    /// Readings of each sample after the last pass.
    var readingsPerSample: Int { lastTokens.asking.count }
    private var readingCount: Int { sampleCount * readingsPerSample }
    /// Readings before the last norm, and after it: samples x readings by D.
    var unread: Block { wholeUnread.prefix(rows: readingCount) }
    var readings: Block { wholeReadings.prefix(rows: readingCount) }
    var readingInverses: Block { wholeReadingInverses.columns(0..<readingCount) }
    var dReadings: Block { wholeDReadings.prefix(rows: readingCount) }
    var dUnread: Block { wholeDUnread.prefix(rows: readingCount) }

    /// The stream before layer `index`.
    func stream(_ index: Int) -> Block { streams[index].prefix(rows: rowCount) }
    var gradient: Block { wholeGradient.prefix(rows: rowCount) }
    /// What is wanted of a layer's queries, keys and values.
    func dQKV(_ layer: Int) -> Block { wholeQKVGradients[layer].prefix(rows: rowCount) }
    func index(_ table: Table) -> ArraySlice<Int> { indices[table.rawValue][..<rowCount] }

    /// Forgets what was wanted of keys and values.
    func clearKeyGradients() {
        for block in wholeQKVGradients { block.prefix(rows: rowCount).fill(0) }
    }

    /// Looks up what stands where, and who sees what.
    func prepare(
        _ batch: ObservationBatch, rows: Range<Int>, tokens: Range<Int>, kinds: ArraySlice<Int>,
        _ trunk: Trunk
    ) {
        let configuration = trunk.configuration
        (sampleCount, rowCount) = (rows.count, rows.count * tokens.count)
        keyCount =
            tokens.upperBound <= configuration.subtaskStart
            ? configuration.subtaskStart : tokens.upperBound
        let wanted = tokens.clamped(to: configuration.subtaskStart..<configuration.tokenCount)
        let start = wanted.isEmpty ? 0 : wanted.lowerBound - tokens.lowerBound
        lastTokens = .init(count: tokens.count, asking: start..<(start + wanted.count))
        visibility.limits = configuration.limits(of: tokens)
        visibility.valid.removeAll(keepingCapacity: true)
        for table in Table.allCases {
            for row in 0..<rowCount { indices[table.rawValue][row] = -1 }
        }
        let table = batch.instructions.isEmpty ? trunk.instructions : batch.instructions
        for (place, sample) in rows.enumerated() {
            let context = Sample(
                place: place, instruction: table[batch.tasks[sample]],
                embodiment: batch.embodiments[sample], kind: kinds[kinds.startIndex + place],
                subtask: batch.subtasks[
                    (sample * batch.shape.subtaskLength)..<((sample + 1)
                        * batch.shape.subtaskLength)],
                hasPicture: batch.hasPicture[
                    (sample * batch.shape.cameraCount)..<((sample + 1) * batch.shape.cameraCount)])
            for token in 0..<keyCount {
                let row =
                    tokens.contains(token)
                    ? place * tokens.count + token - tokens.lowerBound : nil
                visibility.valid.append(
                    look(up: token, of: context, row: row, configuration) ? 1 : 0)
            }
        }
        lastVisibility.limits = Array(visibility.limits[lastTokens.asking])
        lastVisibility.valid.removeAll(keepingCapacity: true)
        lastVisibility.valid += visibility.valid
    }

    private struct Sample {
        let place: Int
        let instruction: [Int]
        let embodiment: Int
        let kind: Int
        let subtask: ArraySlice<Int>
        let hasPicture: ArraySlice<Bool>
    }

    /// Notes where a token is looked up, if it has a row; returns whether it is no padding.
    private func look(
        up token: Int, of sample: Sample, row: Int?, _ configuration: TrunkConfiguration
    ) -> Bool {
        func note(_ table: Table, _ index: Int) {
            if let row { indices[table.rawValue][row] = index }
        }
        if token < configuration.instructionStart {
            let (camera, patch) = token.quotientAndRemainder(
                dividingBy: configuration.shape.patchCount)
            note(.patch, sample.place * configuration.instructionStart + token)
            note(.patchPlace, patch)
            note(.camera, camera)
            return sample.hasPicture[sample.hasPicture.startIndex + camera]
        }
        switch token {
        case configuration.embodimentToken: note(.embodiment, sample.embodiment)
        case configuration.stateToken: note(.state, sample.place)
        case configuration.lastToken: note(.last, sample.kind)
        case ..<configuration.embodimentToken:
            let place = token - configuration.instructionStart
            note(.instructionPlace, place)
            guard place < sample.instruction.count else { return false }
            note(.word, sample.instruction[place])
        default:
            let place = token - configuration.subtaskStart
            let word = sample.subtask[sample.subtask.startIndex + place]
            note(.subtaskPlace, place)
            guard word >= 0 else { return false }
            note(.word, word)
        }
        return true
    }

    /// Pictures that are not there hold zeros, so that nothing in them can matter.
    func blankMissingPatches(_ configuration: TrunkConfiguration) {
        let each = configuration.instructionStart
        for row in 0..<rowCount {
            let patch = indices[Table.patch.rawValue][row]
            guard patch >= 0 else { continue }
            let (sample, token) = patch.quotientAndRemainder(dividingBy: each)
            if visibility.valid[sample * keyCount + token] == 0 {
                patches.rows(patch..<(patch + 1)).fill(0)
            }
        }
    }
}
