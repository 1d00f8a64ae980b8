import Digests
import Evidence
import ShadowEvaluation
import Testing

/// A case of the table below: what was measured, and what it must lead to.
struct VerdictCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let hasIncumbent: Bool
    let verdict: EvidenceVerdict
    let telling: String
    let change: @Sendable (inout ShadowMeasurements) -> Void

    init(
        _ description: String, incumbent: Bool = true, _ verdict: EvidenceVerdict,
        telling: String, change: @escaping @Sendable (inout ShadowMeasurements) -> Void
    ) {
        testDescription = description
        hasIncumbent = incumbent
        self.verdict = verdict
        self.telling = telling
        self.change = change
    }
}

private func slice(
    _ name: String, worse: BootstrapInterval?, better: BootstrapInterval? = nil
) -> ErrorSlice {
    ErrorSlice(
        name: name, episodes: 40, candidateError: 0.5, incumbentError: worse.map { _ in 0.5 },
        meanChunkError: 1, improvementOverMeanChunk: better, worseThanIncumbent: worse)
}

private func bounds(_ lower: Double, _ estimate: Double, _ upper: Double) -> BootstrapInterval {
    BootstrapInterval(estimate: estimate, lower: lower, upper: upper)
}

/// Measurements that pass every check.
private func goodMeasurements() -> ShadowMeasurements {
    ShadowMeasurements(
        forward: .init(
            isFinite: true, isDeterministic: true, digest: Digest.of("actions"),
            weightsByteCount: 4_000_000),
        latency: .init(median: 1, percentile99: 2, budget: 50),
        heldOutEpisodes: 60, heldOutSuccesses: 40, unknownTaskEpisodes: 0,
        overall: slice("all", worse: bounds(-0.05, -0.01, 0.03), better: bounds(0.4, 0.5, 0.6)),
        critical: slice("critical", worse: bounds(-0.1, 0, 0.08)),
        tasks: [
            slice("open", worse: bounds(-0.1, 0, 0.1)), slice("push", worse: bounds(0, 0.1, 0.3)),
        ],
        envelope: .init(candidate: 0.01, incumbent: 0.01, recorded: 0.01),
        disagreement: nil)
}

@Suite("Verdict of shadow evaluation") struct ShadowChecksTests {
    static let cases = [
        VerdictCase("all good", .pass, telling: "checks passed") { _ in },
        VerdictCase("the first night", incumbent: false, .pass, telling: "no release is in") {
            $0.overall.worseThanIncumbent = nil
            $0.tasks = []
            $0.critical = nil
        },
        VerdictCase("an action is NaN", .fail, telling: "NaN") { $0.forward.isFinite = false },
        VerdictCase("two passes differ", .fail, telling: "differ") {
            $0.forward.isDeterministic = false
        },
        VerdictCase("too slow", .fail, telling: "P99 51.00 ms") { $0.latency.percentile99 = 51 },
        VerdictCase("no control rate", .undecided, telling: "control rate") {
            $0.latency.budget = nil
        },
        VerdictCase("too large", .fail, telling: "limit 1024 MiB") {
            $0.forward.weightsByteCount = 2 << 30
        },
        VerdictCase("few held-out successes", .undecided, telling: "need 10") {
            $0.heldOutSuccesses = 9
        },
        VerdictCase("leaves the range more often", .fail, telling: "limit 1.5 %") {
            $0.envelope.candidate = 0.0151
        },
        VerdictCase("leaves the range as the incumbent does", .pass, telling: "passed") {
            $0.envelope = .init(candidate: 0.2, incumbent: 0.2, recorded: 0.01)
        },
        VerdictCase("no better than the mean chunk", .fail, telling: "mean chunk") {
            $0.overall.improvementOverMeanChunk = bounds(-0.1, 0, 0.09)
        },
        VerdictCase("perhaps better than the mean chunk", .undecided, telling: "mean chunk") {
            $0.overall.improvementOverMeanChunk = bounds(0.05, 0.15, 0.25)
        },
        VerdictCase("worse beyond the margin", .fail, telling: "error: ") {
            $0.overall.worseThanIncumbent = bounds(0.051, 0.1, 0.15)
        },
        VerdictCase("perhaps worse", .undecided, telling: "error: ") {
            $0.overall.worseThanIncumbent = bounds(-0.02, 0.02, 0.06)
        },
        VerdictCase("worse on critical intervals", .fail, telling: "critical intervals") {
            $0.critical?.worseThanIncumbent = bounds(0.11, 0.2, 0.3)
        },
        VerdictCase("perhaps worse on critical intervals", .undecided, telling: "critical") {
            $0.critical?.worseThanIncumbent = bounds(0, 0.05, 0.2)
        },
        VerdictCase("one task forgotten", .fail, telling: "beyond it: push") {
            $0.tasks[1].worseThanIncumbent = bounds(0.21, 0.5, 0.8)
        },
        VerdictCase("a veto outweighs what is undecided", .fail, telling: "NaN") {
            $0.forward.isFinite = false
            $0.heldOutSuccesses = 0
        },
        VerdictCase("the incumbent knows no task", .undecided, telling: "knows none") {
            $0.overall.worseThanIncumbent = nil
            $0.critical = nil
            $0.tasks = []
        },
    ]

    @Test("measurements lead to the verdict, with the reason first", arguments: cases)
    func verdicts(of row: VerdictCase) {
        var found = goodMeasurements()
        row.change(&found)
        let evidence = ShadowEvidence(
            candidate: Digest.of("candidate"),
            incumbent: row.hasIncumbent ? Digest.of("incumbent") : nil, measurements: found,
            configuration: ShadowConfiguration(), simulate: { nil })
        #expect(evidence.verdict == row.verdict, "\(evidence.reasons)")
        #expect(
            evidence.reasons.contains { $0.contains(row.telling) }, "\(evidence.reasons)")
    }

    /// Robots that succeed much more often with the candidate.
    private func betterRobots(_ configuration: ShadowConfiguration) -> SimulationEvidence {
        let trials = (0..<60).map { seed in
            PairedTrial(
                task: "open", seed: UInt64(seed),
                candidate: TrialOutcome(isSuccess: true, seconds: 1),
                incumbent: TrialOutcome(isSuccess: seed % 2 == 0, seconds: 1))
        }
        let rules = PairedRules(margin: 0.05, taskMargin: 0.15, alpha: 0.001, harmAlpha: 0.05)
        return SimulationEvidence(
            command: configuration.simulator, firstSeed: 0, looks: 1, episodesPerLook: 60,
            lostTasks: [], requirement: .superiority,
            comparison: PairedComparison(of: trials, rules: rules),
            errorSpent: ErrorSpent(test: 1, promotions: 0, alpha: 0.001, logEvidence: 10))
    }

    @Test("where robots decide, an error on recordings vetoes only if it is gross, or if all do")
    func recordingsVeto() {
        var configuration = ShadowConfiguration()
        configuration.simulator = ["sim", "{weights}", "{episodes}", "{seed}"]
        var found = goodMeasurements()
        found.overall.worseThanIncumbent = bounds(0.1, 0.2, 0.3)
        let verdict = { (found: ShadowMeasurements, configuration: ShadowConfiguration) in
            ShadowEvidence(
                candidate: Digest.of("candidate"), incumbent: Digest.of("incumbent"),
                measurements: found, configuration: configuration,
                simulate: { betterRobots(configuration) })
        }
        #expect(verdict(found, configuration).verdict == .pass)
        #expect(verdict(found, configuration).errorSpent != nil)
        configuration.offlineVeto = .all
        #expect(verdict(found, configuration).verdict == .fail)
        #expect(verdict(found, configuration).simulation == nil, "robots need not be asked then")
        configuration.offlineVeto = .gross
        found.overall.worseThanIncumbent = bounds(0.51, 0.8, 0.9)
        #expect(verdict(found, configuration).verdict == .fail)
        found = goodMeasurements()
        found.envelope.candidate = 0.5
        #expect(verdict(found, configuration).verdict == .fail)
    }

    @Test("a task of the incumbent's that the candidate does not know is a veto")
    func lostTask() {
        let all = betterRobots(ShadowConfiguration())
        let lost = SimulationEvidence(
            command: all.command, firstSeed: 0, looks: 1, episodesPerLook: 60,
            lostTasks: ["close"], requirement: .superiority, comparison: all.comparison,
            errorSpent: all.errorSpent)
        let evidence = ShadowEvidence(
            candidate: Digest.of("candidate"), incumbent: Digest.of("incumbent"),
            measurements: goodMeasurements(), configuration: ShadowConfiguration(),
            simulate: { lost })
        #expect(evidence.verdict == .fail)
        #expect(evidence.reasons.contains { $0.contains("close") })
    }

    @Test("an interval that straddles says how many more episodes would settle it")
    func moreEpisodesNeeded() {
        // The upper bound is four times as far as the bound asked for: 16 times the episodes.
        let found = bounds(-0.04, 0, 0.04)
        #expect(moreEpisodes(toSeparate: found, from: 0.01, have: 10) == 150)
        #expect(moreEpisodes(toSeparate: found, from: -0.01, have: 10) == 150)
        #expect(moreEpisodes(toSeparate: found, from: 0, have: 10) == nil)
        #expect(moreEpisodes(toSeparate: found, from: 0.05, have: 10) == nil)
    }

    @Test("every problem of a configuration is listed")
    func configurationProblems() {
        var configuration = ShadowConfiguration()
        #expect(configuration.problems() == [])
        configuration.executedSteps = 0
        configuration.errorMargin = -.infinity
        configuration.confidence = 1
        configuration.latencyShare = 2
        configuration.guidance = .nan
        #expect(configuration.problems().count == 5)
    }

    @Test("a simulator's placeholders are checked before the night")
    func simulatorProblems() {
        var configuration = ShadowConfiguration()
        configuration.simulator = ["sim", "{weights}", "--seed={seed}", "{episodes}", "{tasks}"]
        #expect(configuration.problems() == [])
        configuration.simulator = ["sim", "{weight}"]
        let problems = configuration.problems()
        #expect(problems.count == 4)
        #expect(problems.contains { $0.contains("unknown placeholder {weight}") })
        #expect(problems.contains { $0.contains("lacks the placeholder {seed}") })
        configuration.simulator = []
        configuration.errorBudget = 1
        configuration.simulatorLooks = 0
        #expect(configuration.problems().count == 2)
    }
}
