extension MorningReport {
    /// How diverse last night was beside what was known.
    package struct Diversity: Codable, Sendable, Equatable {
        /// What likeness is measured in.
        package var embedding: String
        /// Vendi score of last night.
        package var vendiTonight: Double?
        /// Vendi score of as many known episodes.
        package var vendiCorpus: Double?
        /// How many episodes each score is of.
        package var vendiEpisodes: Int?
        /// What 100 more episodes add to the score.
        package var gainPer100: Double?
        /// Cells of the covered space.
        package var cells: Int?
        /// Of them reached by now.
        package var cellsHit: Int?
        /// Of them reached before last night.
        package var cellsHitBefore: Int?
        /// Percentile of the median new episode's novelty.
        package var noveltyMedian: Double?
        /// Share of new episodes more novel than 95 % of the known.
        package var noveltyAbove95: Double?
        /// Effective numbers by factor.
        package var effective: [Effective]
        /// Share of episodes in clusters of near-duplicates.
        package var redundancy: Double?
        /// By task.
        package var tasks: [TaskDiversity]
        /// What has moved.
        package var drift: [Drift]

        /// Makes it of its parts.
        package init(
            embedding: String, vendiTonight: Double? = nil, vendiCorpus: Double? = nil,
            vendiEpisodes: Int? = nil, gainPer100: Double? = nil, cells: Int? = nil,
            cellsHit: Int? = nil, cellsHitBefore: Int? = nil, noveltyMedian: Double? = nil,
            noveltyAbove95: Double? = nil, effective: [Effective] = [], redundancy: Double? = nil,
            tasks: [TaskDiversity] = [], drift: [Drift] = []
        ) {
            self.embedding = embedding
            self.vendiTonight = vendiTonight
            self.vendiCorpus = vendiCorpus
            self.vendiEpisodes = vendiEpisodes
            self.gainPer100 = gainPer100
            self.cells = cells
            self.cellsHit = cellsHit
            self.cellsHitBefore = cellsHitBefore
            self.noveltyMedian = noveltyMedian
            self.noveltyAbove95 = noveltyAbove95
            self.effective = effective
            self.redundancy = redundancy
            self.tasks = tasks
            self.drift = drift
        }
    }

    /// How many equally common values would be as diverse.
    package struct Effective: Codable, Sendable, Equatable {
        /// What is counted.
        package var factor: String
        /// exp of the entropy.
        package var number: Double
        /// How many values there are.
        package var of: Int

        /// Makes it of its parts.
        package init(
            factor: String, number: Double, of: Int
        ) {
            self.factor = factor
            self.number = number
            self.of = of
        }
    }

    /// One task's diversity.
    package struct TaskDiversity: Codable, Sendable, Equatable {
        /// The task in words.
        package var task: String
        /// New episodes.
        package var new: Int
        /// All episodes.
        package var total: Int
        /// Vendi score.
        package var vendi: Double?
        /// Median percentile of novelty.
        package var novelty: Double?
        /// How much states tell of actions, in nats.
        package var information: Double?
        /// Successes.
        package var successes: Int?
        /// Failures.
        package var failures: Int?

        /// Makes it of its parts.
        package init(
            task: String, new: Int, total: Int, vendi: Double? = nil, novelty: Double? = nil,
            information: Double? = nil, successes: Int? = nil, failures: Int? = nil
        ) {
            self.task = task
            self.information = information
            self.new = new
            self.total = total
            self.vendi = vendi
            self.novelty = novelty
            self.successes = successes
            self.failures = failures
        }
    }

    /// A distribution beside that of the nights before.
    package struct Drift: Codable, Sendable, Equatable {
        /// What is measured.
        package var measure: String
        /// Of which episodes.
        package var slice: String
        /// How far it moved.
        package var divergence: Double
        /// What chance exceeds once in 100.
        package var null99: Double?
        /// Whether that is more than chance.
        package var isAlarm: Bool

        /// Makes it of its parts.
        package init(
            measure: String, slice: String, divergence: Double, null99: Double? = nil, isAlarm: Bool
        ) {
            self.measure = measure
            self.slice = slice
            self.divergence = divergence
            self.null99 = null99
            self.isAlarm = isAlarm
        }
    }

    /// Whether more of the same would help a task.
    package struct Plateau: Codable, Sendable, Equatable {
        /// The task in words.
        package var task: String
        /// `helps`, `plateau` or `undecided`.
        package var verdict: String
        /// What twice the data adds to the success rate.
        package var gainPerDoubling: Double?
        /// Where its interval begins.
        package var lower: Double?
        /// Where it ends.
        package var upper: Double?
        /// How many evaluations would settle it.
        package var neededEvaluations: Int?
        /// What to collect, in words.
        package var collect: String

        /// Makes it of its parts.
        package init(
            task: String, verdict: String, gainPerDoubling: Double? = nil, lower: Double? = nil,
            upper: Double? = nil, neededEvaluations: Int? = nil, collect: String
        ) {
            self.task = task
            self.verdict = verdict
            self.gainPerDoubling = gainPerDoubling
            self.lower = lower
            self.upper = upper
            self.neededEvaluations = neededEvaluations
            self.collect = collect
        }
    }
}
