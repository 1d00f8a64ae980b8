extension MorningReport {
    /// What the candidate learned from.
    package struct Learning: Codable, Sendable, Equatable {
        /// Its release id.
        package var candidate: String
        /// What it began from; nil from scratch.
        package var base: String?
        /// How the labels steered it.
        package var conditioning: String
        /// Episodes that it saw.
        package var trainingEpisodes: Int
        /// Episodes that it did not.
        package var heldOutEpisodes: Int
        /// Updates.
        package var trainingSteps: Int
        /// The loss at the end.
        package var finalLoss: Double?
        /// How far its action error lies below a guess's.
        package var improvement: Double?
        /// Episodes that no step may be copied from.
        package var neverPositive: Int
        /// By task.
        package var tasks: [TaskLearning]

        /// Makes it of its parts.
        package init(
            candidate: String, base: String? = nil, conditioning: String, trainingEpisodes: Int,
            heldOutEpisodes: Int, trainingSteps: Int, finalLoss: Double? = nil,
            improvement: Double? = nil, neverPositive: Int,
            tasks: [TaskLearning] = []
        ) {
            self.candidate = candidate
            self.base = base
            self.conditioning = conditioning
            self.trainingEpisodes = trainingEpisodes
            self.heldOutEpisodes = heldOutEpisodes
            self.trainingSteps = trainingSteps
            self.finalLoss = finalLoss
            self.improvement = improvement
            self.neverPositive = neverPositive
            self.tasks = tasks
        }
    }

    /// What the candidate learned of one task.
    package struct TaskLearning: Codable, Sendable, Equatable {
        /// The task in words.
        package var task: String
        /// Episodes that it saw.
        package var trainingEpisodes: Int
        /// Episodes that it did not.
        package var heldOutEpisodes: Int
        /// Its action error on held-out successes.
        package var error: Double?
        /// That of the mean chunk.
        package var guess: Double?

        /// Makes it of its parts.
        package init(
            task: String, trainingEpisodes: Int, heldOutEpisodes: Int, error: Double? = nil,
            guess: Double? = nil
        ) {
            self.task = task
            self.trainingEpisodes = trainingEpisodes
            self.heldOutEpisodes = heldOutEpisodes
            self.error = error
            self.guess = guess
        }
    }
}
