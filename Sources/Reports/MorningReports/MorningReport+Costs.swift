extension MorningReport {
    /// What one stage did.
    package struct Stage: Codable, Sendable, Equatable {
        /// The stage.
        package var name: String
        /// How it ended.
        package var state: String
        /// Whether it had nothing to do.
        package var isReused: Bool
        /// How long it took.
        package var seconds: Double
        /// What it did, in a line.
        package var headline: String
        /// Why it failed, in its own words.
        package var message: String?
        /// Its log.
        package var log: String

        /// Makes it of its parts.
        package init(
            name: String, state: String, isReused: Bool, seconds: Double, headline: String,
            message: String? = nil, log: String
        ) {
            self.name = name
            self.state = state
            self.isReused = isReused
            self.seconds = seconds
            self.headline = headline
            self.message = message
            self.log = log
        }
    }

    /// A setting that differs from the run before.
    package struct Change: Codable, Sendable, Equatable {
        /// Whose setting.
        package var stage: String
        /// Its key; empty where the whole stage is new or gone.
        package var key: String
        /// What it was; empty if it was not there.
        package var before: String
        /// What it is; empty if it is not there.
        package var after: String

        /// Makes it of its parts.
        package init(
            stage: String, key: String, before: String, after: String
        ) {
            self.stage = stage
            self.key = key
            self.before = before
            self.after = after
        }
    }
}
