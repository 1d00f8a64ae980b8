extension MorningReport {
    /// How well success was foretold by functions that never saw the episode.
    package struct Labelling: Codable, Sendable, Equatable {
        /// Labelled episodes.
        package var episodes: Int
        /// Labelled steps.
        package var steps: Int
        /// Of them better than expected.
        package var positiveSteps: Int
        /// By how much of the episode had been seen.
        package var figures: [Foretold]
        /// By task.
        package var tasks: [TaskForetold]
        /// AUROC at half of the episode in the nights before and last night; empty where unknown.
        package var trend: [Double]

        /// Makes it of its parts.
        package init(
            episodes: Int, steps: Int, positiveSteps: Int, figures: [Foretold] = [],
            tasks: [TaskForetold] = [], trend: [Double] = []
        ) {
            self.episodes = episodes
            self.steps = steps
            self.positiveSteps = positiveSteps
            self.figures = figures
            self.tasks = tasks
            self.trend = trend
        }
    }

    /// How well success was foretold at one point of the episodes.
    package struct Foretold: Codable, Sendable, Equatable {
        /// How much of the episode had been seen.
        package var share: Double
        /// The chance that a success is rated above a failure.
        package var auroc: Double?
        /// The mean square of what was foretold less what happened.
        package var brier: Double?
        /// What was foretold, and what happened.
        package var bins: [Bin]

        /// Makes it of its parts.
        package init(
            share: Double, auroc: Double? = nil, brier: Double? = nil, bins: [Bin] = []
        ) {
            self.share = share
            self.auroc = auroc
            self.brier = brier
            self.bins = bins
        }
    }

    /// Episodes about which much the same was foretold.
    package struct Bin: Codable, Sendable, Equatable {
        /// The mean of what was foretold.
        package var predicted: Double
        /// The share that succeeded.
        package var observed: Double
        /// How many episodes.
        package var count: Int

        /// Makes it of its parts.
        package init(
            predicted: Double, observed: Double, count: Int
        ) {
            self.predicted = predicted
            self.observed = observed
            self.count = count
        }
    }

    /// How well a task's success was foretold.
    package struct TaskForetold: Codable, Sendable, Equatable {
        /// The task in words.
        package var task: String
        /// Its episodes.
        package var episodes: Int
        /// AUROC at half of the episode.
        package var auroc: Double?
        /// Brier score there.
        package var brier: Double?
        /// The share of its steps that are examples to follow.
        package var positiveShare: Double?

        /// Makes it of its parts.
        package init(
            task: String, episodes: Int, auroc: Double? = nil, brier: Double? = nil,
            positiveShare: Double?
        ) {
            self.task = task
            self.episodes = episodes
            self.auroc = auroc
            self.brier = brier
            self.positiveShare = positiveShare
        }
    }
}
