import Digests
package import Episodes

/// New episodes that share everything a report tells apart, counted.
package struct IntakeGroup: Sendable, Equatable {
    /// When their ingest began, ISO 8601.
    package let ingestedAt: String
    /// The task in words.
    package let instruction: String
    /// Name of the embodiment.
    package let embodiment: String
    /// The robot, where it is known.
    package let robot: String?
    /// The site, where it is known.
    package let site: String?
    /// How they ended.
    package let outcome: Outcome
    /// Whether a human drove throughout.
    package let isDemonstration: Bool
    /// How many they are.
    package let episodes: Int
    /// Their steps.
    package let steps: Int
    /// The sum of the squares of their numbers of steps.
    package let squaredSteps: Int
    /// How many a human took over at least once.
    package let corrected: Int
}

/// An instant after which, and one up to which, something was recorded.
package struct IntakeWindow: Sendable, Equatable {
    /// Exclusive, ISO 8601.
    package let after: String
    /// Inclusive, ISO 8601.
    package let upTo: String

    /// Makes a window of its ends.
    package init(after: String, upTo: String) {
        self.after = after
        self.upTo = upTo
    }
}

/// Refusals of one reason.
package struct RefusalCount: Sendable, Equatable {
    /// The reason's code.
    package let reason: String
    /// How many.
    package let count: Int
    /// How many of them are whole files.
    package let files: Int
    /// One of them in words.
    package let example: String
    /// A whole file in words, where there is one.
    package let fileExample: String?
}

/// Verdicts of one gate about one robot's new episodes.
package struct RobotFindings: Sendable, Equatable {
    /// The robot; nil where it is not known.
    package let robot: String?
    /// The gate's id.
    package let gate: String
    /// How much they weigh.
    package let severity: FindingSeverity
    /// How many.
    package let count: Int
    /// One of them in words.
    package let example: String
}

/// How many of a robot's new episodes gates objected to.
package struct RobotObjections: Sendable, Equatable {
    /// The robot; nil where it is not known.
    package let robot: String?
    /// How much the objections weigh.
    package let severity: FindingSeverity
    /// How many episodes.
    package let episodes: Int
}

extension ExperienceCatalogue {
    /// Episodes ingested in a window, counted by everything that a report tells apart.
    package func intakeGroups(_ window: IntakeWindow) throws -> [IntakeGroup] {
        let keys = "ingested_at, instruction, embodiment, robot, site, outcome, is_demonstration"
        let sql = """
            SELECT \(keys), COUNT(*), CAST(SUM(step_count) AS BIGINT),
            CAST(SUM(step_count * step_count) AS BIGINT),
            CAST(SUM(CASE WHEN intervention_count > 0 THEN 1 ELSE 0 END) AS BIGINT)
            FROM episode WHERE ingested_at > ? AND ingested_at <= ?
            GROUP BY \(keys) ORDER BY \(keys)
            """
        return try read {
            try $0.rows(sql, window.arguments, of: "episode") {
                try IntakeGroup(
                    ingestedAt: $0.text(), instruction: $0.text(), embodiment: $0.text(),
                    robot: $0.optionalText(), site: $0.optionalText(), outcome: $0.name(),
                    isDemonstration: $0.flag(), episodes: $0.count(), steps: $0.count(),
                    squaredSteps: $0.count(), corrected: $0.count())
            }
        }
    }

    /// Refusals of ingest in a window by reason, the most frequent first.
    package func refusals(_ window: IntakeWindow) throws -> [RefusalCount] {
        let sql = """
            SELECT reason, COUNT(*), CAST(SUM(CASE WHEN episode = '' THEN 1 ELSE 0 END) AS BIGINT),
            MIN(message), MIN(CASE WHEN episode = '' THEN message END) FROM quarantine
            WHERE quarantined_at > ? AND quarantined_at <= ?
            GROUP BY reason ORDER BY COUNT(*) DESC, reason
            """
        return try read {
            try $0.rows(sql, window.arguments, of: "quarantine") {
                try RefusalCount(
                    reason: $0.text(), count: $0.count(), files: $0.count(), example: $0.text(),
                    fileExample: $0.optionalText())
            }
        }
    }

    /// What an attempt's gates said of the episodes of a window, by robot, gate and severity.
    package func findings(
        attempt: String, about window: IntakeWindow
    ) throws -> [RobotFindings] {
        let keys = "episode.robot, finding.gate, finding.severity"
        let sql = """
            SELECT \(keys), COUNT(*), MIN(finding.message)
            FROM finding JOIN episode ON episode.digest = finding.episode
            WHERE finding.attempt = ? AND episode.ingested_at > ? AND episode.ingested_at <= ?
            GROUP BY \(keys) ORDER BY \(keys)
            """
        return try read {
            try $0.rows(sql, [.text(attempt)] + window.arguments, of: "finding") {
                try RobotFindings(
                    robot: $0.optionalText(), gate: $0.text(), severity: $0.name(),
                    count: $0.count(), example: $0.text())
            }
        }
    }

    /// How many episodes of a window an attempt's gates objected to, by robot and severity, each episode once.
    package func objections(
        attempt: String, about window: IntakeWindow
    ) throws -> [RobotObjections] {
        let sql = """
            SELECT episode.robot, finding.severity, COUNT(DISTINCT finding.episode)
            FROM finding JOIN episode ON episode.digest = finding.episode
            WHERE finding.attempt = ? AND episode.ingested_at > ? AND episode.ingested_at <= ?
            GROUP BY episode.robot, finding.severity ORDER BY episode.robot, finding.severity
            """
        return try read {
            try $0.rows(sql, [.text(attempt)] + window.arguments, of: "finding") {
                try RobotObjections(
                    robot: $0.optionalText(), severity: $0.name(), episodes: $0.count())
            }
        }
    }

    /// Calls `body` with every episode of a window in the order of their digests.
    package func forEachEpisode(
        in window: IntakeWindow, _ body: (EpisodeRecord) throws -> Void
    ) throws {
        let pageSize = 2_000
        let sql = """
            SELECT \(EpisodeRecord.columns) FROM episode
            WHERE digest > ? AND ingested_at > ? AND ingested_at <= ? ORDER BY digest LIMIT \(pageSize)
            """
        var last = ""
        while true {
            let page = try read {
                try $0.rows(sql, [.text(last)] + window.arguments, of: "episode") {
                    try EpisodeRecord(reader: &$0)
                }
            }
            try page.forEach(body)
            guard page.count == pageSize, let final = page.last else { return }
            last = final.digest.hex
        }
    }

    /// One episode of an embodiment, whose metadata tells what the embodiment is.
    package func anyEpisode(ofEmbodiment name: String) throws -> EpisodeRecord? {
        let sql = "SELECT \(EpisodeRecord.columns) FROM episode WHERE embodiment = ? LIMIT 1"
        return try read {
            try $0.rows(sql, [.text(name)], of: "episode") { try EpisodeRecord(reader: &$0) }
        }.first
    }
}

extension IntakeWindow {
    fileprivate var arguments: [SQLValue] { [.text(after), .text(upTo)] }
}
