package import Digests
package import Evidence

/// One check with its verdict and its numbers in words.
package struct EvidenceCheck: Codable, Sendable, Equatable {
    package let name: String
    package let verdict: EvidenceVerdict
    /// What was found, and what was asked.
    package let statement: String
    /// If undecided for want of episodes: how many more would settle it, were they like these.
    package let moreEpisodes: Int?
    /// Whether it decides; what only advises is reported.
    package let decides: Bool

    package init(
        _ name: String, _ verdict: EvidenceVerdict, _ statement: String, moreEpisodes: Int? = nil,
        decides: Bool = true
    ) {
        self.name = name
        self.verdict = verdict
        self.statement = statement
        self.moreEpisodes = moreEpisodes
        self.decides = decides
    }

    /// The same finding, which decides nothing.
    var advisory: EvidenceCheck {
        EvidenceCheck(
            name, verdict, statement, moreEpisodes: moreEpisodes, decides: false)
    }
}

/// What was measured, before anybody judges it.
package struct ShadowMeasurements: Codable, Sendable, Equatable {
    /// Whether and how the candidate computes.
    package struct Forward: Codable, Sendable, Equatable {
        package var isFinite: Bool
        package var isDeterministic: Bool
        /// SHA-256 of the actions on the fixed batch.
        package var digest: Digest
        package var weightsByteCount: Int

        package init(isFinite: Bool, isDeterministic: Bool, digest: Digest, weightsByteCount: Int) {
            self.isFinite = isFinite
            self.isDeterministic = isDeterministic
            self.digest = digest
            self.weightsByteCount = weightsByteCount
        }
    }

    /// Milliseconds from an observation to a chunk, and those that there are; by this machine.
    package struct Latency: Codable, Sendable, Equatable {
        package var median: Double
        package var percentile99: Double
        /// Nil where no embodiment states its control rate.
        package var budget: Double?

        package init(median: Double, percentile99: Double, budget: Double?) {
            self.median = median
            self.percentile99 = percentile99
            self.budget = budget
        }
    }

    /// Root mean square distance between the two policies' actions, a decision.
    package struct Disagreement: Codable, Sendable, Equatable {
        package var decisions: Int
        package var median: Double
        package var percentile95: Double
        package var percentile99: Double

        package init(decisions: Int, median: Double, percentile95: Double, percentile99: Double) {
            self.decisions = decisions
            self.median = median
            self.percentile95 = percentile95
            self.percentile99 = percentile99
        }
    }

    /// Shares of action elements outside the recorded range.
    package struct Envelope: Codable, Sendable, Equatable {
        package var candidate: Double
        package var incumbent: Double?
        package var recorded: Double

        package init(candidate: Double, incumbent: Double?, recorded: Double) {
            self.candidate = candidate
            self.incumbent = incumbent
            self.recorded = recorded
        }
    }

    package var forward: Forward
    package var latency: Latency
    /// Held-out episodes that were replayed, and those of them that succeeded.
    package var heldOutEpisodes: Int
    package var heldOutSuccesses: Int
    /// Held-out episodes of tasks that the candidate was not trained on.
    package var unknownTaskEpisodes: Int
    package var overall: ErrorSlice
    package var critical: ErrorSlice?
    package var tasks: [ErrorSlice]
    package var envelope: Envelope
    package var disagreement: Disagreement?

    package init(
        forward: Forward, latency: Latency, heldOutEpisodes: Int, heldOutSuccesses: Int,
        unknownTaskEpisodes: Int, overall: ErrorSlice, critical: ErrorSlice?, tasks: [ErrorSlice],
        envelope: Envelope, disagreement: Disagreement?
    ) {
        self.forward = forward
        self.latency = latency
        self.heldOutEpisodes = heldOutEpisodes
        self.heldOutSuccesses = heldOutSuccesses
        self.unknownTaskEpisodes = unknownTaskEpisodes
        self.overall = overall
        self.critical = critical
        self.tasks = tasks
        self.envelope = envelope
        self.disagreement = disagreement
    }
}

/// What shadow-evaluate says about a candidate: the artefact `evidence`.
package struct ShadowEvidence: Codable, Sendable, Equatable {
    package var format = "nightshift.evidence"
    package var version = 1
    /// Release id of the candidate.
    package var candidate: Digest
    /// Release id of what it was compared with; nil on the first night.
    package var incumbent: Digest?
    package var verdict: EvidenceVerdict
    /// Why it is not `pass`, or that it is; for a person.
    package var reasons: [String]
    /// If undecided for want of episodes: how many more would settle it.
    package var moreEpisodes: Int?
    package var checks: [EvidenceCheck]
    package var measurements: ShadowMeasurements
    /// What simulated robots showed; nil where none were asked.
    package var simulation: SimulationEvidence?
    /// What the night's test spent of the error budget; nil where only recorded experience was
    /// looked at, which may veto and never approves.
    package var errorSpent: ErrorSpent?

    /// Judges what was measured; simulated robots are asked only where nothing vetoes before.
    package init(
        candidate: Digest, incumbent: Digest?, measurements: ShadowMeasurements,
        configuration: ShadowConfiguration, simulate: () throws -> SimulationEvidence?
    ) rethrows {
        self.candidate = candidate
        self.incumbent = incumbent
        self.measurements = measurements
        checks = offlineChecks(
            measurements, hasIncumbent: incumbent != nil, configuration: configuration)
        let isVetoed = checks.contains { $0.decides && $0.verdict == .fail }
        simulation = isVetoed ? nil : try simulate()
        errorSpent = simulation?.errorSpent
        checks += simulation.map { simulationChecks($0, configuration: configuration) } ?? []
        let failed = checks.filter { $0.decides && $0.verdict == .fail }
        let open = checks.filter { $0.decides && $0.verdict == .undecided }
        verdict = !failed.isEmpty ? .fail : open.isEmpty ? .pass : .undecided
        let telling = failed.isEmpty ? open : failed
        reasons = telling.map { "\($0.name): \($0.statement)" }
        if reasons.isEmpty {
            reasons = ["all \(checks.count(where: \.decides)) checks passed"]
            reasons += simulation.map { [$0.comparison.line] } ?? []
        }
        if incumbent == nil {
            reasons.append(
                "no release is in channel \(configuration.channel) to compare with: "
                    + "the candidate is judged by itself and against the mean chunk")
        }
        moreEpisodes = failed.isEmpty ? open.compactMap(\.moreEpisodes).max() : nil
    }
}
