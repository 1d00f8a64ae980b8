package import StageRuns

/// A pipeline file: which stages run one after the other, with which settings.
package struct Pipeline: StageConfiguration {
    /// The pipeline's name: it names the lock, and the runs in the catalogue.
    package var name = ""
    /// For how long to wait for a stage that an earlier, killed night left running.
    package var waitForStageSeconds = 600
    /// How long a stage may take to reach a safe point after SIGTERM, before it is killed.
    package var stopGraceSeconds = 120
    /// The stages in order.
    package var stages: [Stage] = []

    package init() {}

    /// A stage of a pipeline.
    package struct Stage: Codable, Equatable, Sendable {
        /// The name of the stage, which is the name of its executable.
        package var stage: String
        /// The stage's own settings, handed on as its configuration file; checked by the stage.
        package var settings: ConfigurationValue

        /// A stage with its settings; without any it has its documented defaults.
        package init(stage: String, settings: ConfigurationValue = .map([:])) {
            self.stage = stage
            self.settings = settings
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            stage = try container.decode(String.self, forKey: .stage)
            settings =
                try container.decodeIfPresent(ConfigurationValue.self, forKey: .settings)
                ?? .map([:])
        }
    }

    package func problems() -> [String] {
        var problems: [String] = []
        if !Self.isFileName(name) {
            problems.append(
                "'name' is '\(name)', expected letters, digits, '-' and '_': it names a lock file")
        }
        if stages.isEmpty { problems.append("'stages' is empty, expected at least one stage") }
        for (index, stage) in stages.enumerated() {
            if !Self.isFileName(stage.stage) {
                problems.append(
                    "'stages.\(index).stage' is '\(stage.stage)', expected the name of a stage")
            }
            if stages[..<index].contains(where: { $0.stage == stage.stage }) {
                problems.append("'stages' has \(stage.stage) twice")
            }
        }
        if waitForStageSeconds < 0 { problems.append("'waitForStageSeconds' is negative") }
        if stopGraceSeconds < 0 { problems.append("'stopGraceSeconds' is negative") }
        return problems
    }

    private static func isFileName(_ name: String) -> Bool {
        let allowed = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
        }
        return allowed && !name.isEmpty && !name.hasPrefix("-")
    }
}
