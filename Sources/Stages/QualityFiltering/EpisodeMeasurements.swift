package import Catalogue
import Digests
package import Diversity
package import Episodes

/// What the gates need to know of one episode: measured once, whatever the settings become.
package struct EpisodeMeasurements: Codable, Sendable, Equatable {
    /// A number at a step: of the step itself, or of the way from it to the next.
    package struct Extreme: Codable, Sendable, Equatable {
        package var value: Double
        package var step: Int
    }

    /// Raised when a measurement is added or changes, so that old ones are not carried over.
    static let version = 6

    package let version: Int
    /// The episode's digest.
    package let episode: String
    package let instruction: String
    package let embodiment: String
    /// State components and action width, such as `obs/hand:3 obs/goal:3 -> 4`.
    package let layout: String
    /// As recorded, or as a person has corrected it.
    package var outcome: Outcome
    package let stepCount: Int
    package let isDemonstration: Bool
    package let interventionCount: Int
    package let hasSafetyMark: Bool
    package let robot: String?
    package let site: String?
    package let operatorName: String?
    /// Who drove: `person`, or the release of the policy, or `policy` where that is not stated.
    package let controller: String
    /// The day of the recording, or else of its arrival, such as `2026-03-02`.
    package let day: String
    package let missingProvenance: [String]
    /// Nominal control period in seconds: declared, or the median between timestamps.
    package let periodSeconds: Double?
    /// The declared period, where timestamps say quite another one, which then counts.
    package let contradictedPeriodSeconds: Double?
    package let hasTimestamps: Bool
    package let durationSeconds: Double?
    package let largestGapSeconds: Extreme?
    /// The first step whose timestamp is not after the one before, and the difference.
    package let clockFault: Extreme?
    package let jitterSeconds: Double?
    package let droppedShare: Double?
    /// What is wrong with the arrays themselves, in words.
    package let schemaFault: String?
    /// What hard gates compare of each state column.
    let columns: ColumnMeasurements
    /// What the soft gates compare.
    package let motion: MotionScores
    package let cameras: [CameraMeasurements]
    /// How it went, to compare it with others step by step.
    package let profile: PhaseProfile
    /// What tells it from other episodes.
    package let statistics: EpisodeStatistics
    /// Which attempt at measuring first saw it, counted from 1.
    package let night: Int
}

extension EpisodeMeasurements {
    /// Largest change a second of each state column (a step where there is no period), with its step.
    package var speeds: [Extreme] { columns.speeds }
    package var low: [Double] { columns.low }
    package var high: [Double] { columns.high }
    /// The longest time, in steps, that each state column stood still while the robot was commanded.
    package var stillness: [Extreme] { columns.stillness }

    /// Measures an episode that has been read back from its shard.
    ///
    /// - Throws: `CameraError` where no picture at all can be decoded.
    package init(of episode: Episode, record: EpisodeRecord, night: Int) throws {
        let metadata = episode.metadata
        let embodiment = metadata.embodiment
        let clock = ClockMeasurements(of: episode)
        let motion = MotionMeasurements(of: episode, periodSeconds: clock.periodSeconds)
        self.init(
            version: Self.version, episode: record.digest.hex, instruction: metadata.instruction,
            embodiment: embodiment.name,
            layout: embodiment.state.map { "\($0.array):\($0.width)" }.joined(separator: " ")
                + " -> \(embodiment.actionWidth)",
            outcome: metadata.outcome, stepCount: metadata.stepCount,
            isDemonstration: metadata.isDemonstration, interventionCount: record.interventionCount,
            hasSafetyMark: metadata.hasSafetyMark, robot: metadata.provenance.robot,
            site: metadata.provenance.site, operatorName: metadata.provenance.operatorName,
            controller: metadata.isDemonstration
                ? "person" : metadata.provenance.policyRelease ?? "policy",
            day: String((metadata.provenance.recordedAt ?? record.ingestedAt).prefix(10)),
            missingProvenance: metadata.missingProvenance, periodSeconds: clock.periodSeconds,
            contradictedPeriodSeconds: clock.contradictedPeriodSeconds,
            hasTimestamps: clock.hasTimestamps, durationSeconds: clock.durationSeconds,
            largestGapSeconds: clock.largestGap, clockFault: clock.fault,
            jitterSeconds: clock.jitterSeconds, droppedShare: clock.droppedShare,
            schemaFault: clock.schemaFault ?? motion.schemaFault, columns: motion.columns,
            motion: motion.scores,
            cameras: try metadata.cameras.map {
                try CameraMeasurements(
                    of: $0, in: episode, period: clock.periodSeconds, isMoving: motion.isMoving)
            }, profile: motion.profile, statistics: try EpisodeStatistics(of: episode), night: night
        )
    }
}

extension EpisodeMetadata {
    /// Which of the things that gate H12 asks for are not stated.
    fileprivate var missingProvenance: [String] {
        let driver = provenance.policyRelease ?? provenance.operatorName
        let fields = [
            ("robot", provenance.robot), ("policy or operator", driver),
            ("calibration", provenance.calibration), ("licence", provenance.licence),
        ]
        return fields.filter { $0.1 == nil }.map(\.0)
    }
}
