extension MorningReport {
    /// The candidate beside production.
    package struct EvidenceSummary: Codable, Sendable, Equatable {
        /// `pass`, `fail` or `undecided`.
        package var verdict: String
        /// Release id.
        package var candidate: String
        /// What it was compared with.
        package var incumbent: String?
        /// Why, in words.
        package var reasons: [String]
        /// How many more episodes would settle it, if it is open.
        package var moreEpisodes: Int?
        /// Recorded episodes that were replayed.
        package var heldOutEpisodes: Int
        /// What was checked.
        package var checks: [Check]
        /// What simulated robots showed.
        package var simulation: Simulated?

        /// Makes it of its parts.
        package init(
            verdict: String, candidate: String, incumbent: String? = nil, reasons: [String] = [],
            moreEpisodes: Int? = nil, heldOutEpisodes: Int, checks: [Check] = [],
            simulation: Simulated? = nil
        ) {
            self.verdict = verdict
            self.candidate = candidate
            self.incumbent = incumbent
            self.reasons = reasons
            self.moreEpisodes = moreEpisodes
            self.heldOutEpisodes = heldOutEpisodes
            self.checks = checks
            self.simulation = simulation
        }
    }

    /// One check of a candidate.
    package struct Check: Codable, Sendable, Equatable {
        /// What was looked at.
        package var name: String
        /// `pass`, `fail` or `undecided`.
        package var verdict: String
        /// What was found, in words.
        package var statement: String
        /// Whether it can veto.
        package var decides: Bool

        /// Makes it of its parts.
        package init(
            name: String, verdict: String, statement: String, decides: Bool
        ) {
            self.name = name
            self.verdict = verdict
            self.statement = statement
            self.decides = decides
        }
    }

    /// Candidate and production on the same tasks from the same seeds.
    package struct Simulated: Codable, Sendable, Equatable {
        /// By task.
        package var tasks: [TaskEvidence]
        /// Candidate's success rate less production's, valid at every look.
        package var difference: Estimate?
        /// Candidate's successes an hour by production's.
        package var throughput: Estimate?
        /// How often was looked.
        package var looks: Int
        /// The e-value that was asked for.
        package var asked: Double?
        /// The e-value for being better, its natural logarithm.
        package var better: Double?
        /// The same for more successes an hour.
        package var faster: Double?
        /// The same for not being worse.
        package var notWorse: Double?
        /// The same for harm.
        package var worse: Double?

        /// Makes it of its parts.
        package init(
            tasks: [TaskEvidence] = [], difference: Estimate? = nil, throughput: Estimate? = nil,
            looks: Int, asked: Double? = nil, better: Double? = nil, faster: Double? = nil,
            notWorse: Double? = nil, worse: Double? = nil
        ) {
            self.tasks = tasks
            self.difference = difference
            self.throughput = throughput
            self.looks = looks
            self.asked = asked
            self.better = better
            self.faster = faster
            self.notWorse = notWorse
            self.worse = worse
        }
    }

    /// One task's simulated episodes.
    package struct TaskEvidence: Codable, Sendable, Equatable {
        /// The task in words.
        package var task: String
        /// Of each policy.
        package var episodes: Int
        /// The candidate's successes.
        package var candidate: Int
        /// Production's; nil where it does not know the task.
        package var incumbent: Int?
        /// Candidate's rate less production's.
        package var difference: Estimate?

        /// Makes it of its parts.
        package init(
            task: String, episodes: Int, candidate: Int, incumbent: Int? = nil,
            difference: Estimate? = nil
        ) {
            self.task = task
            self.episodes = episodes
            self.candidate = candidate
            self.incumbent = incumbent
            self.difference = difference
        }
    }

    /// What happened to the policy.
    package struct Decision: Codable, Sendable, Equatable {
        /// `pass`, `fail` or `undecided`.
        package var verdict: String?
        /// The release that was decided about.
        package var release: String?
        /// Channels that moved.
        package var moves: [Move]
        /// Why, in words.
        package var reasons: [String]

        /// Makes it of its parts.
        package init(
            verdict: String? = nil, release: String? = nil, moves: [Move] = [],
            reasons: [String] = []
        ) {
            self.verdict = verdict
            self.release = release
            self.moves = moves
            self.reasons = reasons
        }
    }

    /// A channel that points elsewhere than before.
    package struct Move: Codable, Sendable, Equatable {
        /// Its name.
        package var channel: String
        /// Where it pointed.
        package var from: String?
        /// Where it points.
        package var to: String?

        /// Makes it of its parts.
        package init(
            channel: String, from: String? = nil, to: String? = nil
        ) {
            self.channel = channel
            self.from = from
            self.to = to
        }
    }
}
