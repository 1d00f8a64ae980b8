import StageRuns

/// How far the night moves a candidate by itself.
package struct PromotionConfiguration: StageConfiguration {
    /// Where a workspace's very first release goes.
    package enum FirstRelease: String, Codable, Sendable {
        /// To production, because there is nothing that it could be worse than.
        case production
        /// Only to shadow: a person decides, with `promote candidate`.
        case shadow
    }

    /// Where the first release goes.
    package var firstRelease = FirstRelease.production
    /// The channel that a candidate with the verdict `pass` is put in; production only on evidence
    /// from robots, real or simulated.
    package var passChannel = "shadow"
    /// The channel that robots at work follow.
    package var productionChannel = "production"

    package init() {}

    package func problems() -> [String] {
        [("passChannel", passChannel), ("productionChannel", productionChannel)]
            .filter { $0.1.isEmpty }.map { "\($0.0) is empty, expected the name of a channel" }
    }
}
