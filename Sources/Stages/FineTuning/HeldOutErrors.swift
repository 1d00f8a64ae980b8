import Batching
import Digests
import EpisodeStore
import Episodes
import Policies
import StageRuns

/// How far a policy's actions are from those of held-out successes, against a constant guess.
///
/// Root mean squares in halves of the recorded range (the normaliser's), so that -1 to 1 is what
/// robots usually do whatever their units. The guess is the task's mean chunk in training successes.
struct HeldOutErrors {
    /// Sums of squares of one task.
    struct Sums {
        var episodes = 0
        var policy = SquareSum()
        var meanChunk = SquareSum()
        var policyFull = SquareSum()
        var meanChunkFull = SquareSum()
    }

    /// By task.
    private(set) var sums: [Sums]
    private let policy: FlowPolicy
    private let columns: ExperienceColumns
    private let meanChunks: [[Float]]
    private let executedSteps: Int
    private let indicator: Indicator
    private let seed: UInt64
    private var buffer: [Float] = []

    /// Measures on every held-out success.
    ///
    /// Arguments:
    ///   - set: the training episodes, which the mean chunks come from.
    ///   - indicator: what a robot would tell the policy.
    init(
        _ policy: FlowPolicy, set: TrainingSet, configuration: FineTuneConfiguration
    ) throws {
        self.policy = policy
        columns = set.columns
        executedSteps = min(configuration.executedSteps, policy.configuration.horizon)
        indicator = configuration.conditioning == .indicator ? .positive : .absent
        seed = configuration.seed
        meanChunks = try set.meanChunks(horizon: policy.configuration.horizon)
        sums = Array(repeating: Sums(), count: columns.tasks.count)
        for (number, entry) in columns.episodes.enumerated()
        where entry.outcome == .success
            && isHeldOut(entry.digest.hex, share: configuration.heldOutShare)
        {
            try add(entry, number: number)
        }
    }

    private mutating func add(_ entry: ExperienceColumns.Entry, number: Int) throws {
        let shape = policy.configuration
        let steps = Array(stride(from: 0, to: entry.stepCount, by: executedSteps))
        var batch = PolicyBatch(
            count: steps.count, shape: shape.observationShape, horizon: shape.horizon,
            actionWidth: columns.actionWidth)
        var pictures = columns.pictureReader(patchSize: shape.patchSize)
        for (sample, step) in steps.enumerated() {
            try columns.fill(&batch, sample: sample, from: entry, step: step, buffer: &buffer)
            try pictures?.fill(&batch.observations, sample: sample, from: entry, step: step)
        }
        let chunks = try policy.chunks(
            for: batch.observations, indicator: indicator, noiseSeed: seed &+ UInt64(number))
        sums[entry.task].episodes += 1
        let scales = scales(of: columns.embodimentOfTask[entry.task])
        let mean = meanChunks[entry.task]
        for place in chunks.indices {
            let offset = place / columns.actionWidth % shape.horizon
            let column = place % columns.actionWidth
            guard batch.actionMask[place / columns.actionWidth] > 0, column < scales.count,
                scales[column] > 0
            else { continue }
            let ours = Double((chunks[place] - batch.actions[place]) / scales[column])
            let guess = mean[offset * columns.actionWidth + column]
            let theirs = Double((guess - batch.actions[place]) / scales[column])
            sums[entry.task].policyFull.add(ours)
            sums[entry.task].meanChunkFull.add(theirs)
            guard offset < executedSteps else { continue }
            sums[entry.task].policy.add(ours)
            sums[entry.task].meanChunk.add(theirs)
        }
    }

    /// Half of each action column's recorded range; 0 where it never changes.
    private func scales(of embodiment: Int) -> [Float] {
        let ranges = policy.normaliser.ranges[embodiment]
        return zip(ranges.actionLow, ranges.actionHigh).map { ($1 - $0) / 2 }
    }
}

/// A root mean square in the making.
struct SquareSum {
    private(set) var sum = 0.0
    private(set) var count = 0

    mutating func add(_ error: Double) {
        sum += error * error
        count += 1
    }

    mutating func add(_ other: SquareSum) {
        sum += other.sum
        count += other.count
    }

    /// nil without any number.
    var root: Double? { count > 0 ? (sum / Double(count)).squareRoot() : nil }
}

extension TrainingSet {
    /// By task, horizon x action width: the mean action 0, 1, … steps after any step of a success.
    func meanChunks(horizon: Int) throws -> [[Float]] {
        let width = columns.actionWidth
        let empty = [Double](repeating: 0, count: horizon * width)
        var sums = Array(repeating: empty, count: columns.tasks.count)
        var counts = Array(
            repeating: [Int](repeating: 0, count: horizon), count: columns.tasks.count)
        var rows: [Float] = []
        for index in episodes where columns.episodes[index].outcome == .success {
            let entry = columns.episodes[index]
            try columns.read(
                rows: entry.firstRow..<(entry.firstRow + entry.stepCount), into: &rows)
            for offset in 0..<min(horizon, entry.stepCount) {
                counts[entry.task][offset] += entry.stepCount - offset
                for step in offset..<entry.stepCount {
                    let source = step * columns.rowWidth + columns.stateWidth
                    for column in 0..<width {
                        sums[entry.task][offset * width + column] += Double(rows[source + column])
                    }
                }
            }
        }
        return sums.indices.map { task in
            sums[task].indices.map {
                Float(sums[task][$0] / Double(max(1, counts[task][$0 / width])))
            }
        }
    }
}
