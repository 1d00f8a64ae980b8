/// What a candidate must show against an incumbent on the same tasks and seeds.
package struct PairedRules: Sendable, Equatable {
    /// What a candidate must be beyond not being worse.
    package enum Requirement: String, Codable, Sendable {
        /// More successes, or more successes an hour.
        case superiority
        /// Nothing more.
        case nonInferiority = "non-inferiority"
    }

    package var requirement = Requirement.superiority
    /// How much lower than the incumbent's the success rate over all tasks may be.
    package var margin: Double
    /// The same of any one task.
    package var taskMargin: Double
    /// What `pass` may err by.
    package var alpha: Double
    /// What `fail` may err by.
    package var harmAlpha: Double
    /// The longest that an episode can take; nil where it is not stated.
    package var longestSeconds: Double?
    /// Of the intervals.
    package var confidence = 0.95
    package var resamples = 2000
    package var seed: UInt64 = 0

    package init(margin: Double, taskMargin: Double, alpha: Double, harmAlpha: Double) {
        self.margin = margin
        self.taskMargin = taskMargin
        self.alpha = alpha
        self.harmAlpha = harmAlpha
    }
}
