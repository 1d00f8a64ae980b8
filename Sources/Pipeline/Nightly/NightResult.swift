package import StageRuns

/// What a run of a pipeline did; what `--json` prints.
package struct NightResult: Codable, Equatable, Sendable {
    /// How a run, or a stage in it, ended.
    package enum State: String, Codable, Sendable {
        case running, succeeded, failed, stopped
    }

    /// The run's name, which is the name of its folder under `runs/`.
    package var run: String
    /// How the run ended.
    package var state: State
    /// The release that the run made or confirmed, if a stage names one.
    package var release: String?
    /// The channel that the release is in, if a stage names one.
    package var channel: String?
    /// Whether no stage had anything to do.
    package var nothingNew: Bool
    /// How long the run took.
    package var seconds: Double
    /// The run's report for people.
    package var report: String
    /// The stages that were started, in order.
    package var stages: [Stage]

    /// What one stage did.
    package struct Stage: Codable, Equatable, Sendable {
        /// The stage's name.
        package var stage: String
        /// How it ended.
        package var state: State
        /// Whether it had already done this work, or had none to do.
        package var reused: Bool
        /// How long it took.
        package var seconds: Double
        /// Its log.
        package var log: String
        /// What it printed with `--json`; empty if it failed.
        package var summary: ConfigurationValue
        /// Why it failed, in its own words.
        package var message: String?
        /// Its exit code, if it failed.
        package var exitCode: Int32?
    }

    private enum CodingKeys: String, CodingKey {
        case run, state, release, channel, seconds, report, stages
        case nothingNew = "nothing_new"
    }
}

extension NightResult.Stage {
    private enum CodingKeys: String, CodingKey {
        case stage, state, reused, seconds, log, summary, message
        case exitCode = "exit_code"
    }
}

extension NightResult {
    /// A run that has begun.
    init(run: String, report: String) {
        self.init(
            run: run, state: .succeeded, nothingNew: false, seconds: 0, report: report, stages: [])
    }

    /// Sums up after the last stage.
    mutating func finish(after duration: Duration) {
        seconds = Nightly.seconds(duration)
        nothingNew = state == .succeeded && stages.allSatisfy(\.reused)
        release = text(under: "release") ?? text(under: "candidate")
        channel = text(under: "channel")
    }

    /// What the stages say under `key`, the last of them first.
    func text(under key: String) -> String? {
        stages.reversed().lazy.compactMap { $0.summary.text(under: key) }.first
    }
}

extension ConfigurationValue {
    /// The text under `key`, if this is a section that has it.
    func text(under key: String) -> String? {
        guard case .map(let keys) = self, case .text(let text) = keys[key] else { return nil }
        return text
    }

    /// Whether this is a section that says true under `key`.
    func isTrue(under key: String) -> Bool {
        guard case .map(let keys) = self else { return false }
        return keys[key] == .flag(true)
    }
}
