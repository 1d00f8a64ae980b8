import Evidence

/// What came in one night, and which releases began to drive before the next.
package struct ReportedNight: Codable, Sendable, Equatable {
    /// The run's name.
    package var run: String
    /// How the night is written on an axis.
    package var label: String
    /// Its new episodes by task.
    package var tasks: [TaskNight]
    /// Releases that went to production at its end, shortened.
    package var released: [String]
    /// How long the run took.
    package var seconds: Double

    /// Makes a night of its parts.
    package init(
        run: String, label: String, tasks: [TaskNight], released: [String], seconds: Double
    ) {
        self.run = run
        self.label = label
        self.tasks = tasks
        self.released = released
        self.seconds = seconds
    }

    /// All tasks together.
    package var total: Tally { tasks.reduce(into: Tally()) { $0.add($1.tally) } }
}

/// One task's new episodes of one night.
package struct TaskNight: Codable, Sendable, Equatable {
    /// The task in words.
    package var task: String
    /// All of its episodes.
    package var tally: Tally
    /// Those in which a policy drove.
    package var autonomous: Tally

    /// Makes it of its counts.
    package init(task: String, tally: Tally, autonomous: Tally) {
        self.task = task
        self.tally = tally
        self.autonomous = autonomous
    }
}

/// Counts of episodes, and sums over them.
package struct Tally: Codable, Sendable, Equatable {
    /// How many there are.
    package var episodes = 0
    /// How many succeeded.
    package var successes = 0
    /// How many failed.
    package var failures = 0
    /// How many a human took over at least once.
    package var corrected = 0
    /// How many a human drove throughout.
    package var demonstrations = 0
    /// Robot time of those whose control rate is known.
    package var seconds = 0.0
    /// Robot time of the labelled ones whose rate is known: what throughput is measured on.
    package var labelledSeconds = 0.0
    /// Robot time of the successes among them.
    package var successSeconds = 0.0
    /// Sum of the squares of those times, over the labelled ones.
    package var squaredSeconds = 0.0

    /// Counts of nothing.
    package init() {}

    /// Adds the counts of other episodes.
    package mutating func add(_ other: Tally) {
        episodes += other.episodes
        successes += other.successes
        failures += other.failures
        corrected += other.corrected
        demonstrations += other.demonstrations
        seconds += other.seconds
        labelledSeconds += other.labelledSeconds
        successSeconds += other.successSeconds
        squaredSeconds += other.squaredSeconds
    }

    /// Robot time in hours.
    package var hours: Double { seconds / 3600 }

    /// Episodes whose outcome is known.
    package var labelled: Int { successes + failures }

    /// The share that succeeded, with its 95 % interval (Wilson); nil where no outcome is known.
    package var success: Estimate? {
        guard labelled > 0 else { return nil }
        let interval = wilsonInterval(successes: successes, trials: labelled)
        return Estimate(
            value: Double(successes) / Double(labelled), lower: interval.lower,
            upper: interval.upper)
    }

    /// Successes an hour of robot time with its 95 % interval; nil below two episodes.
    ///
    /// A ratio of sums R = S / T; its variance is n / (n - 1) sum (s - R t)^2 / T^2 (delta method), over
    /// the episodes with a known outcome.
    package var throughput: Estimate? {
        guard labelled > 1, labelledSeconds > 0 else { return nil }
        let count = Double(labelled)
        let rate = Double(successes) / labelledSeconds
        let residual =
            Double(successes) - 2 * rate * successSeconds + rate * rate * squaredSeconds
        let deviation = (count / (count - 1) * max(0, residual)).squareRoot() / labelledSeconds
        return Estimate(
            value: rate * 3600, lower: max(0, rate - 1.959964 * deviation) * 3600,
            upper: (rate + 1.959964 * deviation) * 3600)
    }
}

/// A number with its interval.
package struct Estimate: Codable, Sendable, Equatable {
    /// The estimate itself.
    package var value: Double
    /// Where its interval begins.
    package var lower: Double
    /// Where its interval ends.
    package var upper: Double

    /// Makes an estimate with its interval.
    package init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }
}
