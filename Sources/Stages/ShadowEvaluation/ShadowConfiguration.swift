package import Evidence
import Policies
import StageRuns

/// What shadow-evaluate asks of a candidate.
///
/// Errors are root mean squares of actions divided by the recorded actions' standard deviation.
package struct ShadowConfiguration: StageConfiguration {
    /// The channel whose release is the incumbent.
    package var channel = "production"
    /// Steps of a chunk that a robot executes before it asks for the next.
    package var executedSteps = 8
    /// Held-out episodes to replay at most, chosen by digest.
    package var heldOutEpisodes = 500
    /// Training episodes to take standard deviations, ranges and mean chunks from, at most.
    package var statisticsEpisodes = 1000
    /// Successful held-out episodes below which nothing is decided.
    package var minimumEpisodes = 10
    /// How much greater than the incumbent's the error may be, as a share of it.
    package var errorMargin = 0.05
    /// The same on critical intervals.
    package var criticalErrorMargin = 0.10
    /// The same on any one task.
    package var taskErrorMargin = 0.20
    /// How much lower than the mean chunk's the error must be, as a share of it.
    package var improvementOverMeanChunk = 0.10
    /// Seconds around a gripper command's change that are critical.
    package var criticalSeconds = 0.5
    /// Columns of the gripper's command, by embodiment; where none are named, the last column.
    package var gripperColumns: [String: [Int]] = [:]
    /// Width that is added on either side of the recorded 0.5 to 99.5 % range, as a share of it.
    package var envelopeMargin = 0.10
    /// How much greater than the incumbent's the share of actions outside may be.
    package var envelopeExcess = 0.005
    /// The `--guidance` that robots' servers run with: what is timed, and what must be finite.
    ///
    /// Recordings are replayed without, because what goes beyond them is meant to differ from them.
    package var guidance = FlowPolicy.usualGuidance
    /// The share of the time in which `executedSteps` are executed that a chunk may take.
    package var latencyShare = 0.5
    /// Chunks to time.
    package var latencyChunks = 200
    /// Mebibytes of weights that a robot takes.
    package var largestWeightsMebibytes = 1024
    /// Confidence of the intervals.
    package var confidence = 0.95
    /// Resamples of a bootstrap.
    package var resamples = 2000
    /// Seed of noise and resampling.
    package var seed: UInt64 = 0

    /// A command that runs a policy in simulation and prints its episodes; empty for none.
    package var simulator: [String] = []
    /// Episodes of each task, a look and policy.
    package var simulatorEpisodes = 25
    /// Looks at most, after each of which the evidence may be enough.
    package var simulatorLooks = 8
    /// Seconds that one run of the command may take.
    package var simulatorTimeLimitSeconds = 3600.0
    /// The longest that an episode can take, in seconds; 0 leaves throughput without a say.
    package var simulatorEpisodeSeconds = 0.0
    /// Another seed, other episodes; they differ from candidate to candidate anyway.
    package var simulatorSeed: UInt64 = 0
    /// What simulated robots must show beyond not being worse.
    package var require = PairedRules.Requirement.superiority
    /// How much lower than the incumbent's the success rate over all tasks may be.
    package var nonInferiorityMargin = 0.05
    /// How much lower than the incumbent's the success rate of any one task may be.
    package var taskHarmMargin = 0.15
    /// What a verdict of harm may err by, a night.
    package var harmError = 0.05
    /// What all promotions of one budget together may err by.
    package var errorBudget = 0.05
    /// Tests of candidates that one budget lasts for: a year of nights.
    package var errorBudgetTests = 365
    /// Which errors on recorded actions veto where simulated robots decide.
    package var offlineVeto = OfflineVeto.gross
    /// How much greater than the incumbent's an error is gross, as a share of it.
    package var grossErrorMargin = 0.5

    /// How much say recorded actions have where simulated robots decide.
    package enum OfflineVeto: String, Codable, Sendable {
        /// Only errors certainly above `grossErrorMargin` veto.
        case gross
        /// Every check does, as without a simulator.
        case all
    }

    package init() {}

    package func problems() -> [String] {
        let counts = [
            ("executedSteps", executedSteps), ("heldOutEpisodes", heldOutEpisodes),
            ("statisticsEpisodes", statisticsEpisodes), ("minimumEpisodes", minimumEpisodes),
            ("latencyChunks", latencyChunks), ("resamples", resamples),
            ("largestWeightsMebibytes", largestWeightsMebibytes),
        ]
        let shares = [
            ("errorMargin", errorMargin), ("criticalErrorMargin", criticalErrorMargin),
            ("taskErrorMargin", taskErrorMargin), ("envelopeMargin", envelopeMargin),
            ("envelopeExcess", envelopeExcess), ("criticalSeconds", criticalSeconds),
        ]
        var problems = counts.filter { $0.1 < 1 }.map { "\($0.0) is \($0.1), expected at least 1" }
        problems += shares.filter { !($0.1 >= 0 && $0.1.isFinite) }
            .map { "\($0.0) is \($0.1), expected 0 or more" }
        if !(improvementOverMeanChunk < 1) {
            problems.append(
                "improvementOverMeanChunk is \(improvementOverMeanChunk), expected below 1")
        }
        if !guidance.isFinite { problems.append("guidance is \(guidance), expected a number") }
        if !(latencyShare > 0 && latencyShare <= 1) {
            problems.append("latencyShare is \(latencyShare), expected above 0 up to 1")
        }
        if !(confidence > 0.5 && confidence < 1) {
            problems.append("confidence is \(confidence), expected between 0.5 and 1")
        }
        return problems + simulatorProblems()
    }
}
