import Evidence

/// What recorded actions look like, from training episodes: the scale that errors are measured in.
package struct ActionStatistics: Sendable {
    /// Of one robot's actions, a value a column.
    package struct Scale: Sendable, Equatable {
        /// Standard deviations; 1 where a column never changes.
        package var deviations: [Float]
        /// The 0.5 and 99.5 percentiles.
        package var low: [Float]
        package var high: [Float]
    }

    /// By embodiment.
    package private(set) var scales: [String: Scale] = [:]
    /// By task: horizon x action width, the mean action that many steps after any step.
    package private(set) var meanChunks: [ReplayTask: [Float]] = [:]

    private var columns: [String: [ColumnSummary]] = [:]
    private var sums: [ReplayTask: ChunkSum] = [:]
    private let horizon: Int

    /// Statistics of nothing yet, for chunks of `horizon` steps.
    package init(horizon: Int) {
        self.horizon = horizon
    }

    /// Takes in an episode's actions, T x `width`.
    package mutating func add(actions: [Float], width: Int, task: ReplayTask) {
        var summaries =
            columns[task.embodiment] ?? Array(repeating: ColumnSummary(), count: width)
        let stepCount = actions.count / width
        for step in 0..<stepCount {
            for column in 0..<width { summaries[column].add(actions[step * width + column]) }
        }
        columns[task.embodiment] = summaries
        var sum = sums[task] ?? ChunkSum(horizon: horizon, width: width)
        sum.add(actions: actions, stepCount: stepCount)
        sums[task] = sum
    }

    /// Computes ``scales`` and ``meanChunks`` of what was added.
    package mutating func finish() {
        scales = columns.mapValues { summaries in
            Scale(
                deviations: summaries.map(\.deviation),
                low: summaries.map { $0.quantile(0.005) },
                high: summaries.map { $0.quantile(0.995) })
        }
        meanChunks = sums.mapValues(\.means)
        columns = [:]
        sums = [:]
    }
}

/// An instruction and the robot that follows it.
package struct ReplayTask: Hashable, Codable, Sendable {
    package let instruction: String
    package let embodiment: String

    package init(instruction: String, embodiment: String) {
        self.instruction = instruction
        self.embodiment = embodiment
    }
}

/// Mean, deviation and quantiles of one column in bounded memory.
private struct ColumnSummary {
    private var count = 0
    private var mean = 0.0
    private var squares = 0.0
    /// Every `stride`-th value; when full, every other one is dropped and the stride doubles.
    private var sample: [Float] = []
    private var stride = 1
    private static let capacity = 1 << 16

    mutating func add(_ value: Float) {
        if count.isMultiple(of: stride) { sample.append(value) }
        if sample.count == Self.capacity {
            sample = Swift.stride(from: 0, to: sample.count, by: 2).map { sample[$0] }
            stride *= 2
        }
        count += 1
        let difference = Double(value) - mean
        mean += difference / Double(count)
        squares += difference * (Double(value) - mean)
    }

    var deviation: Float {
        let found = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
        return found > 1e-6 ? Float(found) : 1
    }

    func quantile(_ share: Double) -> Float {
        Float(sortedQuantile(sample.sorted().map(Double.init), share))
    }
}

/// Sums of the actions that follow a step by 0, 1, … horizon - 1 steps.
private struct ChunkSum {
    private var sums: [Double]
    private var counts: [Int]
    private let horizon: Int
    private let width: Int

    init(horizon: Int, width: Int) {
        self.horizon = horizon
        self.width = width
        sums = Array(repeating: 0, count: horizon * width)
        counts = Array(repeating: 0, count: horizon)
    }

    mutating func add(actions: [Float], stepCount: Int) {
        for offset in 0..<min(horizon, stepCount) {
            counts[offset] += stepCount - offset
            for step in offset..<stepCount {
                for column in 0..<width {
                    sums[offset * width + column] += Double(actions[step * width + column])
                }
            }
        }
    }

    var means: [Float] {
        sums.indices.map { Float(sums[$0] / Double(max(1, counts[$0 / width]))) }
    }
}
