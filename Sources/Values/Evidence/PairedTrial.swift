/// How an episode in a simulator, or of a robot on the bench, went.
package struct TrialOutcome: Sendable, Equatable {
    package let isSuccess: Bool
    /// Seconds of the robot's time.
    package let seconds: Double

    package init(isSuccess: Bool, seconds: Double) {
        self.isSuccess = isSuccess
        self.seconds = seconds
    }
}

/// Two episodes of one task from one seed: the candidate's and the incumbent's.
package struct PairedTrial: Sendable, Equatable {
    /// The task's name.
    package let task: String
    package let seed: UInt64
    package let candidate: TrialOutcome
    /// Nil where the incumbent does not know the task: then it cannot succeed.
    package let incumbent: TrialOutcome?

    package init(
        task: String, seed: UInt64, candidate: TrialOutcome, incumbent: TrialOutcome?
    ) {
        self.task = task
        self.seed = seed
        self.candidate = candidate
        self.incumbent = incumbent
    }
}
