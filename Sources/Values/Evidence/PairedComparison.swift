import Foundation

/// A candidate against an incumbent on the same tasks and seeds, and what follows.
///
/// Every verdict may be asked for after any number of looks: it rests on e-values.
package struct PairedComparison: Codable, Sendable, Equatable {
    /// Over the tasks that both know.
    package let shared: PairCounts
    /// Over all tasks of the candidate; one that the incumbent does not know counts as its failure.
    package let all: PairCounts
    /// Of ``shared``: candidate's success rate less the incumbent's.
    package let difference: SequentialInterval
    /// Logarithm of the e-value for not being worse by as much as the margin.
    package let logNonInferiority: Double
    /// Logarithm of the e-value for being better, in success over all tasks or in throughput.
    package let logSuperiority: Double
    /// Logarithm of the e-value for being worse by more than the margin.
    package let logHarm: Double
    /// Over the tasks that both know; nil where there is none.
    package let throughput: ThroughputComparison?
    package let tasks: [TaskComparison]
    /// Whether the candidate is not worse; `fail` where it certainly is.
    package let success: EvidenceVerdict
    /// Whether it is better, which is never `fail`.
    package let improvement: EvidenceVerdict
    /// Whether no task is worse than its margin; `fail` where one certainly is.
    package let forgetting: EvidenceVerdict
    /// All of them, as the rules require.
    package let verdict: EvidenceVerdict
    /// If undecided: how many more pairs would settle it, were they like these; nil where none would.
    package let morePairs: Int?

    /// Compares pairs: every task must have as many as any other.
    package init(of trials: [PairedTrial], rules: PairedRules) {
        let bets = Bets(on: trials, rules: rules)
        shared = bets.shared
        all = bets.all
        difference = bets.shared.differenceInterval(confidence: rules.confidence)
        throughput = ThroughputComparison(
            bets.blocks, betting: bets.throughput, resamples: rules.resamples,
            confidence: rules.confidence, seed: rules.seed)
        tasks = TaskComparison.panel(of: trials, rules: rules)
        logNonInferiority = bets.nonInferiority.logEvidence()
        logSuperiority = bets.logSuperiority(repeated: 1)
        logHarm = bets.harm.logEvidence()
        success = bets.success(repeated: 1)
        improvement = bets.improvement(repeated: 1)
        forgetting = Self.forgetting(tasks, rules: rules)
        let required =
            rules.requirement == .superiority
            ? [success, improvement, forgetting] : [success, forgetting]
        verdict = Self.all(required)
        let isOpen = success == .undecided || (verdict == .undecided && improvement == .undecided)
        morePairs = verdict == .undecided && isOpen ? bets.morePairs : nil
    }

    /// The logarithm of the e-value that `pass` needs to reach -log(alpha) with.
    package func logDeciding(for requirement: PairedRules.Requirement) -> Double {
        requirement == .superiority ? min(logNonInferiority, logSuperiority) : logNonInferiority
    }

    /// A task that seems worse than its margin holds a candidate up, and one that certainly is stops it.
    private static func forgetting(
        _ tasks: [TaskComparison], rules: PairedRules
    ) -> EvidenceVerdict {
        if tasks.contains(where: { $0.adjustedHarm <= rules.harmAlpha }) { return .fail }
        return tasks.allSatisfy { $0.difference.estimate >= -rules.taskMargin } ? .pass : .undecided
    }

    private static func all(_ verdicts: [EvidenceVerdict]) -> EvidenceVerdict {
        if verdicts.contains(.fail) { return .fail }
        return verdicts.contains(.undecided) ? .undecided : .pass
    }
}

/// The bets behind a comparison.
private struct Bets {
    let rules: PairedRules
    var shared = PairCounts()
    var all = PairCounts()
    let blocks: [ThroughputBlock]
    let nonInferiority: BettingWealth
    let harm: BettingWealth
    private let superiority: BettingWealth
    let throughput: ThroughputBetting?

    init(on trials: [PairedTrial], rules: PairedRules) {
        self.rules = rules
        var blocks: [UInt64: ThroughputBlock] = [:]
        var seeds: [UInt64] = []
        var pairs: [(candidate: TrialOutcome, incumbent: TrialOutcome)] = []
        for trial in trials {
            let (ours, theirs) = (trial.candidate, trial.incumbent)
            all.add(candidate: ours.isSuccess, incumbent: theirs?.isSuccess ?? false)
            guard let theirs else { continue }
            shared.add(candidate: ours.isSuccess, incumbent: theirs.isSuccess)
            pairs.append((ours, theirs))
            if blocks[trial.seed] == nil { seeds.append(trial.seed) }
            blocks[trial.seed, default: ThroughputBlock()].add(candidate: ours, incumbent: theirs)
        }
        self.blocks = seeds.compactMap { blocks[$0] }
        nonInferiority = shared.betting(againstAtMost: -rules.margin)
        harm = shared.reversed.betting(againstAtMost: rules.margin)
        superiority = all.betting(againstAtMost: 0)
        throughput = rules.longestSeconds.map { ThroughputBetting(on: pairs, longestSeconds: $0) }
    }

    /// Of more successes or of more an hour: the mean of two e-values is one against neither.
    func logSuperiority(repeated times: Double) -> Double {
        let success = superiority.logEvidence(repeated: times)
        guard let hourly = throughput?.logEvidence(repeated: times) else { return success }
        return logMean([success, hourly])
    }

    func success(repeated times: Double) -> EvidenceVerdict {
        if harm.logEvidence(repeated: times) >= -log(rules.harmAlpha) { return .fail }
        return nonInferiority.logEvidence(repeated: times) >= -log(rules.alpha) ? .pass : .undecided
    }

    func improvement(repeated times: Double) -> EvidenceVerdict {
        logSuperiority(repeated: times) >= -log(rules.alpha) ? .pass : .undecided
    }

    private func isSettled(repeated times: Double) -> Bool {
        switch success(repeated: times) {
        case .fail: true
        case .undecided: false
        case .pass:
            rules.requirement == .nonInferiority || improvement(repeated: times) == .pass
        }
    }

    /// Pairs beyond those at hand until the bets settle, by doubling and halving; nil beyond a thousand times.
    var morePairs: Int? {
        var high = 1.0
        while !isSettled(repeated: high) {
            high *= 2
            if high > 1024 { return nil }
        }
        var low = high / 2
        for _ in 0..<12 {
            let middle = (low + high) / 2
            if isSettled(repeated: middle) { high = middle } else { low = middle }
        }
        return max(1, Int((Double(all.count) * (high - 1)).rounded(.up)))
    }
}
