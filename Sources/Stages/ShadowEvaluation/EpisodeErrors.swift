package import Digests
package import Evidence

/// Sums of squared errors, each element divided by the recorded actions' standard deviation.
package struct ErrorSum: Sendable, Equatable {
    package var sum = 0.0
    /// Elements (steps times action columns) in the sum.
    package var count = 0

    package init(sum: Double = 0, count: Int = 0) {
        self.sum = sum
        self.count = count
    }

    static func += (left: inout ErrorSum, right: ErrorSum) {
        left.sum += right.sum
        left.count += right.count
    }

    /// Root mean square; zero of nothing.
    package var rootMeanSquare: Double { count == 0 ? 0 : (sum / Double(count)).squareRoot() }
}

/// What the replay of one held-out episode found.
package struct EpisodeErrors: Sendable, Equatable {
    package var episode: Digest
    package var task: String
    package var isSuccess: Bool
    package var stepCount: Int
    package var candidate = ErrorSum()
    package var meanChunk = ErrorSum()
    /// Nil where there is no incumbent, or where it does not know the task.
    package var incumbent: ErrorSum?
    package var criticalCandidate = ErrorSum()
    package var criticalIncumbent: ErrorSum?

    package init(episode: Digest, task: String, isSuccess: Bool, stepCount: Int) {
        self.episode = episode
        self.task = task
        self.isSuccess = isSuccess
        self.stepCount = stepCount
    }
}

/// Errors over a group of episodes, and how they compare.
package struct ErrorSlice: Codable, Sendable, Equatable {
    package var name: String
    package var episodes: Int
    package var candidateError: Double
    package var incumbentError: Double?
    package var meanChunkError: Double?
    /// One minus candidate's by mean chunk's error.
    package var improvementOverMeanChunk: BootstrapInterval?
    /// Candidate's by incumbent's error, minus one: positive is worse.
    package var worseThanIncumbent: BootstrapInterval?

    package init(
        name: String, episodes: Int, candidateError: Double, incumbentError: Double?,
        meanChunkError: Double?, improvementOverMeanChunk: BootstrapInterval?,
        worseThanIncumbent: BootstrapInterval?
    ) {
        self.name = name
        self.episodes = episodes
        self.candidateError = candidateError
        self.incumbentError = incumbentError
        self.meanChunkError = meanChunkError
        self.improvementOverMeanChunk = improvementOverMeanChunk
        self.worseThanIncumbent = worseThanIncumbent
    }
}

/// How intervals are drawn.
package struct Resampling: Sendable, Equatable {
    package var resamples: Int
    package var confidence: Double
    package var seed: UInt64

    package init(resamples: Int, confidence: Double, seed: UInt64) {
        self.resamples = resamples
        self.confidence = confidence
        self.seed = seed
    }

    /// Interval of the ratio of two root mean squares, minus one, over the same episodes.
    func relativeDifference(of pairs: [(ErrorSum, ErrorSum)]) -> BootstrapInterval? {
        guard !pairs.isEmpty else { return nil }
        return clusterBootstrap(
            clusterCount: pairs.count, resamples: resamples, confidence: confidence, seed: seed
        ) { clusters in
            var upper = ErrorSum()
            var lower = ErrorSum()
            for index in clusters {
                upper += pairs[index].0
                lower += pairs[index].1
            }
            if upper.rootMeanSquare == lower.rootMeanSquare { return 0 }
            // JSON knows no infinity: a million times worse says as much.
            return min(upper.rootMeanSquare / lower.rootMeanSquare - 1, 1e6)
        }
    }
}

extension ErrorSlice {
    /// All steps of these episodes.
    init(name: String, of episodes: [EpisodeErrors], resampling: Resampling) {
        let shared = episodes.compactMap { episode in
            episode.incumbent.map { (episode.candidate, $0) }
        }
        let improvement = resampling.relativeDifference(
            of: episodes.map { ($0.candidate, $0.meanChunk) })
        self.init(
            name: name, episodes: episodes.count,
            candidateError: Self.total(episodes.map(\.candidate)),
            incumbentError: shared.isEmpty ? nil : Self.total(shared.map(\.1)),
            meanChunkError: Self.total(episodes.map(\.meanChunk)),
            improvementOverMeanChunk: improvement.map {
                BootstrapInterval(estimate: -$0.estimate, lower: -$0.upper, upper: -$0.lower)
            },
            worseThanIncumbent: resampling.relativeDifference(of: shared))
    }

    /// Critical steps of these episodes; nil where there is none.
    init?(critical episodes: [EpisodeErrors], resampling: Resampling) {
        let found = episodes.filter { $0.criticalCandidate.count > 0 }
        guard !found.isEmpty else { return nil }
        let shared = found.compactMap { episode in
            episode.criticalIncumbent.map { (episode.criticalCandidate, $0) }
        }
        self.init(
            name: "critical intervals", episodes: found.count,
            candidateError: Self.total(found.map(\.criticalCandidate)),
            incumbentError: shared.isEmpty ? nil : Self.total(shared.map(\.1)),
            meanChunkError: nil, improvementOverMeanChunk: nil,
            worseThanIncumbent: resampling.relativeDifference(of: shared))
    }

    private static func total(_ sums: [ErrorSum]) -> Double {
        sums.reduce(into: ErrorSum()) { $0 += $1 }.rootMeanSquare
    }
}
