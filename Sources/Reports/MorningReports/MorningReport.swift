/// What a person wants to know in the morning about one night, as plain values.
///
/// Everything that the night did not do, or an older version did not write, is nil or empty.
package struct MorningReport: Codable, Sendable, Equatable {
    /// The run's name.
    package var run: String
    /// The pipeline's name.
    package var pipeline: String
    /// `succeeded`, `failed` or `stopped`.
    package var state: String
    /// When the run began, ISO 8601, UTC.
    package var startedAt: String
    /// How long it took.
    package var seconds: Double
    /// Last night and the nights before it, the oldest first.
    package var nights: [ReportedNight]
    /// Last night's new episodes by task, robot, site and operator.
    package var breakdowns: [Breakdown] = []
    /// What was delivered, and what became of it.
    package var intake: Intake?
    /// What the quality gates said of all experience.
    package var gates: [Gate] = []
    /// Episodes of all experience that are drawn more seldom than others; nil where that is not known.
    package var downWeighted: Int?
    /// Robots whose new episodes were refused or warned about, the worst first.
    package var offenders: [Offender] = []
    /// Episodes that a person should look at.
    package var review: [ReviewItem] = []
    /// Robots, sites, releases and days whose outcomes contradict the ends of their episodes.
    package var doubtful: [Doubtful] = []
    /// What the value function is worth.
    package var labelling: Labelling?
    /// What the candidate learned from.
    package var learning: Learning?
    /// How the candidate did against production.
    package var evidence: EvidenceSummary?
    /// What happened to the policy.
    package var decision: Decision?
    /// How diverse last night was.
    package var diversity: Diversity?
    /// Whether more of the same would help, by task.
    package var plateaus: [Plateau] = []
    /// What cameras saw of episodes that a person should see.
    package var pictures: [ShownEpisode] = []
    /// What the night cost, by stage.
    package var stages: [Stage] = []
    /// Settings that differ from the run before.
    package var changes: [Change] = []

    /// A report of a run, with nothing in it yet.
    package init(
        run: String, pipeline: String, state: String, startedAt: String, seconds: Double,
        nights: [ReportedNight] = []
    ) {
        self.run = run
        self.pipeline = pipeline
        self.state = state
        self.startedAt = startedAt
        self.seconds = seconds
        self.nights = nights
    }

    /// The night that the report is about.
    package var tonight: ReportedNight? { nights.last }
}
