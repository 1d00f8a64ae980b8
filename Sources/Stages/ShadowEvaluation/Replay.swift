import Digests
import Evidence
import Policies

/// Replays recorded episodes through a candidate and an incumbent, and sums up what they do.
///
/// At every `executedSteps`-th step both see the same observation and draw the same noise; the
/// actions that a robot would have executed are compared with those recorded, each step once.
package struct Replay {
    private let candidate: any ChunkPolicy
    private let incumbent: (any ChunkPolicy)?
    private let statistics: ActionStatistics
    private let configuration: ShadowConfiguration

    package private(set) var episodes: [EpisodeErrors] = []
    package private(set) var unknownTaskEpisodes = 0
    /// Root mean square distance of the two policies' actions, a decision.
    private var disagreements: [Double] = []
    private var candidateOutside = OutsideCount()
    private var incumbentOutside = OutsideCount()
    private var recordedOutside = OutsideCount()

    package init(
        candidate: any ChunkPolicy, incumbent: (any ChunkPolicy)?, statistics: ActionStatistics,
        configuration: ShadowConfiguration
    ) {
        self.candidate = candidate
        self.incumbent = incumbent
        self.statistics = statistics
        self.configuration = configuration
    }

    /// Steps of a chunk that are executed before the next: no more than both policies give.
    private var stride: Int {
        let horizons = [candidate, incumbent].compactMap { $0?.configuration.horizon }
        return min(configuration.executedSteps, horizons.min() ?? 1)
    }

    /// Replays one episode.
    ///
    /// - Throws: what the policies throw.
    package mutating func add(_ episode: ReplayedEpisode) throws {
        guard let scale = statistics.scales[episode.task.embodiment],
            let meanChunk = statistics.meanChunks[episode.task],
            let ours = try actions(of: candidate, on: episode)
        else {
            unknownTaskEpisodes += 1
            return
        }
        let theirs = try incumbent.flatMap { try actions(of: $0, on: episode) }
        let critical = criticalSteps(of: episode, scale: scale)
        var errors = EpisodeErrors(
            episode: episode.digest, task: episode.task.instruction,
            isSuccess: episode.isSuccess, stepCount: episode.stepCount)
        let all = 0..<episode.stepCount
        let recorded = episode.actions
        errors.candidate = distance(ours, recorded, scale, over: all)
        errors.criticalCandidate = distance(ours, recorded, scale, over: critical)
        errors.meanChunk = distance(
            repeated(meanChunk, for: episode), recorded, scale, over: all)
        candidateOutside.add(ours, scale, margin: configuration.envelopeMargin)
        recordedOutside.add(recorded, scale, margin: configuration.envelopeMargin)
        if let theirs {
            errors.incumbent = distance(theirs, recorded, scale, over: all)
            errors.criticalIncumbent = distance(theirs, recorded, scale, over: critical)
            incumbentOutside.add(theirs, scale, margin: configuration.envelopeMargin)
            disagree(ours, theirs, scale)
        }
        episodes.append(errors)
    }

    private func criticalSteps(
        of episode: ReplayedEpisode, scale: ActionStatistics.Scale
    ) -> [Int] {
        let grippers =
            configuration.gripperColumns[episode.task.embodiment] ?? [episode.actionWidth - 1]
        let critical = episode.criticalSteps(
            within: configuration.criticalSeconds, grippers: grippers, scale: scale)
        return critical.indices.filter { critical[$0] }
    }

    /// T x action width: what a robot would have executed; nil where the policy does not know the
    /// task.
    private func actions(
        of policy: any ChunkPolicy, on episode: ReplayedEpisode
    ) throws -> [Float]? {
        let decisions = Array(Swift.stride(from: 0, to: episode.stepCount, by: stride))
        guard let batch = try policy.observations(of: episode, at: decisions) else { return nil }
        let noiseSeed = episode.digest.bytes.prefix(8).reduce(configuration.seed) {
            ($0 << 8 | $0 >> 56) ^ UInt64($1)
        }
        let chunks = try policy.chunks(for: batch, noiseSeed: noiseSeed)
        let shape = policy.configuration
        var executed = [Float](repeating: 0, count: episode.actions.count)
        for step in 0..<episode.stepCount {
            let row = (step / stride) * shape.horizon + step % stride
            for column in 0..<episode.actionWidth {
                executed[step * episode.actionWidth + column] =
                    chunks[row * shape.actionWidth + column]
            }
        }
        return executed
    }

    private func repeated(_ meanChunk: [Float], for episode: ReplayedEpisode) -> [Float] {
        let width = episode.actionWidth
        return (0..<episode.stepCount * width).map { index in
            meanChunk[(index / width % stride) * width + index % width]
        }
    }

    private mutating func disagree(
        _ ours: [Float], _ theirs: [Float], _ scale: ActionStatistics.Scale
    ) {
        let stepCount = ours.count / scale.deviations.count
        for decision in Swift.stride(from: 0, to: stepCount, by: stride) {
            let executed = decision..<min(decision + stride, stepCount)
            disagreements.append(distance(ours, theirs, scale, over: executed).rootMeanSquare)
        }
    }
}

extension Replay {
    /// Quantiles of the distance between the policies; nil without an incumbent.
    package var disagreement: ShadowMeasurements.Disagreement? {
        guard !disagreements.isEmpty else { return nil }
        let sorted = disagreements.sorted()
        return ShadowMeasurements.Disagreement(
            decisions: sorted.count, median: sortedQuantile(sorted, 0.5),
            percentile95: sortedQuantile(sorted, 0.95),
            percentile99: sortedQuantile(sorted, 0.99))
    }

    /// Shares of actions outside the recorded range.
    package var envelope: ShadowMeasurements.Envelope {
        ShadowMeasurements.Envelope(
            candidate: candidateOutside.share,
            incumbent: incumbentOutside.total == 0 ? nil : incumbentOutside.share,
            recorded: recordedOutside.share)
    }
}

/// Squared distance of two T x width matrices in standard deviations, over some steps.
private func distance(
    _ left: [Float], _ right: [Float], _ scale: ActionStatistics.Scale,
    over steps: some Sequence<Int>
) -> ErrorSum {
    let width = scale.deviations.count
    var sum = ErrorSum()
    for step in steps {
        for column in 0..<width {
            let index = step * width + column
            let error = Double((left[index] - right[index]) / scale.deviations[column])
            sum.sum += error * error
        }
        sum.count += width
    }
    return sum
}

/// Elements outside a range, of all elements.
private struct OutsideCount {
    var outside = 0
    var total = 0

    var share: Double { total == 0 ? 0 : Double(outside) / Double(total) }

    mutating func add(_ actions: [Float], _ scale: ActionStatistics.Scale, margin: Double) {
        let width = scale.deviations.count
        for index in actions.indices {
            let column = index % width
            let slack = Float(margin) * (scale.high[column] - scale.low[column])
            // A NaN is outside too.
            let isInside =
                actions[index] >= scale.low[column] - slack
                && actions[index] <= scale.high[column] + slack
            outside += isInside ? 0 : 1
        }
        total += actions.count
    }
}
