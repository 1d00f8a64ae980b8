import Batching
import Digests
import EpisodeStore
import Episodes
import Foundation
import StageRuns

/// The steps that training draws from: no held-out episode, each step by its weight.
struct TrainingSet {
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
    private var batch: PolicyBatch
    private var buffer: [Float] = []
    private var marks: [Int8] = []

    /// Weighs all training episodes; `batch` is what ``batch(at:)`` fills again and again.
    init(
        _ columns: ExperienceColumns, labels: LabelSet?, configuration: FineTuneConfiguration,
        batch: PolicyBatch, scratch: URL
    ) throws {
        self.columns = columns
        self.labels = labels
        self.configuration = configuration
        self.batch = batch
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

    /// The batch of an optimiser step: a function of seed and step.
    mutating func batch(at step: Int) throws -> PolicyBatch {
        for sample in 0..<batch.count {
            let draw = sampler.draw(step: step, sample: sample)
            let entry = columns.episodes[episodes[draw.episode]]
            if buffer.count < entry.stepCount {
                buffer = Array(repeating: 0, count: entry.stepCount)
            }
            try weights.read(entry.stepCount, from: entry.firstRow, into: &buffer)
            let place = WeightedSampler.step(
                at: draw.share * totals[draw.episode], in: buffer.prefix(entry.stepCount))
            try columns.fill(
                &batch, sample: sample, from: entry, step: place, buffer: &buffer)
            batch.indicators[sample] = try indicator(
                of: entry.firstRow + place, step: step, sample: sample)
        }
        return batch
    }

    private mutating func indicator(
        of row: Int, step: Int, sample: Int
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

    /// Weights of training episodes that draw each task by its steps to the configured power.
    private static func balanced(
        _ totals: [Double], of episodes: [Int], _ columns: ExperienceColumns,
        _ configuration: FineTuneConfiguration
    ) throws -> [Double] {
        var steps = [Double](repeating: 0, count: columns.tasks.count)
        var sums = steps
        for (total, index) in zip(totals, episodes) {
            let entry = columns.episodes[index]
            steps[entry.task] += Double(entry.stepCount)
            sums[entry.task] += total * entry.weight
        }
        guard sums.contains(where: { $0 > 0 }) else {
            throw StageError.inputRefused(
                "fine-tuning on \(episodes.count) training episodes: with conditioning "
                    + "'\(configuration.conditioning.rawValue)' no step of them is to be learned",
                next: "Ingest more episodes, or choose another conditioning.")
        }
        return zip(totals, episodes).map { total, index in
            let entry = columns.episodes[index]
            guard sums[entry.task] > 0 else { return 0 }
            return total * entry.weight * pow(steps[entry.task], configuration.taskExponent)
                / sums[entry.task]
        }
    }
}
