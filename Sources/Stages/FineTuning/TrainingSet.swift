import Batching
import Cameras
import Digests
package import EpisodeStore
import Episodes
import Foundation
import Policies
import StageRuns

/// The steps that training draws from: no held-out episode, each step by its weight.
struct TrainingSet: Sendable {
    let columns: ExperienceColumns
    /// Indices into the columns' episodes.
    let episodes: [Int]
    private let labels: LabelSet?
    private let configuration: FineTuneConfiguration
    /// A weight a step of all episodes, in the columns' order.
    private let weights: ScratchFile
    /// The weight of each training episode's steps together.
    private let totals: [Double]
    private let sampler: WeightedSampler
    private let shape: PolicyConfiguration
    private let augmentation: Augmentation

    /// A batch, and what filling it needs.
    struct Slot: ~Copyable, Sendable {
        var batch: PolicyBatch
        var pictures: PictureReader?
        var buffer: [Float] = []
        var marks: [Int8] = []
    }

    /// Weighs all training episodes for a policy of that shape.
    init(
        _ columns: ExperienceColumns, labels: LabelSet?, configuration: FineTuneConfiguration,
        shape: PolicyConfiguration, scratch: URL
    ) throws {
        self.columns = columns
        self.labels = labels
        self.configuration = configuration
        self.shape = shape
        augmentation = Augmentation(
            cropShare: configuration.cropShare, brightness: 0.3 * configuration.colourJitter,
            contrast: 0.4 * configuration.colourJitter,
            saturation: 0.5 * configuration.colourJitter)
        episodes = columns.episodes.indices.filter {
            !isHeldOut(columns.episodes[$0].digest.hex, share: configuration.heldOutShare)
        }
        weights = try ScratchFile(at: scratch.appending(path: "weights.f32"))
        let sums = try Self.weigh(columns, labels, configuration, into: weights)
        totals = episodes.map { sums[$0] }
        sampler = WeightedSampler(
            weights: try Self.balanced(totals, of: episodes, columns, configuration),
            seed: configuration.seed)
    }

    func slot() throws -> Slot {
        Slot(
            batch: PolicyBatch(
                count: configuration.batchSize, shape: shape.observationShape,
                horizon: shape.horizon, actionWidth: columns.actionWidth),
            pictures: columns.pictureReader(patchSize: shape.patchSize))
    }

    /// The batch of an optimiser step: a function of seed and step.
    func fill(_ slot: inout Slot, step: Int) throws {
        for sample in 0..<slot.batch.count {
            let draw = sampler.draw(step: step, sample: sample)
            let entry = columns.episodes[episodes[draw.episode]]
            if slot.buffer.count < entry.stepCount {
                slot.buffer = Array(repeating: 0, count: entry.stepCount)
            }
            try weights.read(entry.stepCount, from: entry.firstRow, into: &slot.buffer)
            let place = WeightedSampler.step(
                at: draw.share * totals[draw.episode], in: slot.buffer.prefix(entry.stepCount))
            try columns.fill(
                &slot.batch, sample: sample, from: entry, step: place, buffer: &slot.buffer)
            try slot.pictures?.fill(
                &slot.batch.observations, sample: sample, from: entry, step: place
            ) { camera in
                augmentation.draw(
                    at: .init(
                        seed: configuration.seed, step: step, sample: sample, camera: camera))
            }
            slot.batch.indicators[sample] = try indicator(
                of: entry.firstRow + place, step: step, sample: sample, marks: &slot.marks)
        }
    }

    private func indicator(
        of row: Int, step: Int, sample: Int, marks: inout [Int8]
    ) throws -> Indicator {
        guard configuration.conditioning == .indicator, let labels,
            !sampler.drops(step: step, sample: sample, share: configuration.indicatorDropout)
        else { return .absent }
        try labels.readIndicators(row..<(row + 1), into: &marks)
        return Indicator(rawValue: marks[0]) ?? .absent
    }

    /// Writes the weight of every step, and returns their sum an episode.
    private static func weigh(
        _ columns: ExperienceColumns, _ labels: LabelSet?,
        _ configuration: FineTuneConfiguration, into file: ScratchFile
    ) throws -> [Double] {
        let rule = StepWeights(configuration: configuration)
        var (buffer, advantages, marks) = ([Float](), [Float](), [Int8]())
        return try columns.episodes.map { entry in
            let rows = entry.firstRow..<(entry.firstRow + entry.stepCount)
            try labels?.readAdvantages(rows, into: &advantages)
            try labels?.readIndicators(rows, into: &marks)
            let weights = rule.weights(
                outcomes: try columns.outcomes(of: entry, buffer: &buffer),
                indicators: marks.prefix(entry.stepCount),
                advantages: advantages.prefix(entry.stepCount),
                isNeverPositive: entry.isNeverPositive)
            try file.append(weights)
            return weights.reduce(0) { $0 + Double($1) }
        }
    }

    private static func balanced(
        _ totals: [Double], of episodes: [Int], _ columns: ExperienceColumns,
        _ configuration: FineTuneConfiguration
    ) throws -> [Double] {
        let weights = drawWeights(
            of: episodes.map { columns.episodes[$0] }, totals: totals,
            taskExponent: configuration.taskExponent)
        guard weights.contains(where: { $0 > 0 }) else {
            throw StageError.inputRefused(
                "fine-tuning on \(episodes.count) training episodes: with conditioning "
                    + "'\(configuration.conditioning.rawValue)' no step of them is to be learned",
                next: "Ingest more episodes, or choose another conditioning.")
        }
        return weights
    }
}

/// Weights of training episodes that draw each task by its steps to the power `taskExponent`.
///
/// Within a task an episode is drawn by `totals`, the weight of its steps together, times its own weight
/// in the snapshot, which filter-by-quality lowers for some.
package func drawWeights(
    of episodes: [ExperienceColumns.Entry], totals: [Double], taskExponent: Double
) -> [Double] {
    var steps: [Int: Double] = [:]
    var sums: [Int: Double] = [:]
    for (total, entry) in zip(totals, episodes) {
        steps[entry.task, default: 0] += Double(entry.stepCount)
        sums[entry.task, default: 0] += total * entry.weight
    }
    return zip(totals, episodes).map { total, entry in
        guard let sum = sums[entry.task], sum > 0, let count = steps[entry.task] else { return 0 }
        return total * entry.weight * pow(count, taskExponent) / sum
    }
}
