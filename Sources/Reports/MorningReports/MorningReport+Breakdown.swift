extension MorningReport {
    /// New episodes by one property.
    package struct Breakdown: Codable, Sendable, Equatable {
        /// The property: task, robot, site, operator.
        package var title: String
        /// One a value, the largest first; at most what a page can hold.
        package var groups: [Group]
        /// How many groups there are in all.
        package var groupCount: Int

        /// Makes it of its parts.
        package init(
            title: String, groups: [Group] = [], groupCount: Int
        ) {
            self.title = title
            self.groups = groups
            self.groupCount = groupCount
        }
    }

    /// New episodes that share one value.
    package struct Group: Codable, Sendable, Equatable {
        /// The value.
        package var name: String
        /// Their counts.
        package var tally: Tally
        /// Episodes a night, the oldest first; empty where the nights before are not known.
        package var trend: [Double]

        /// Makes it of its parts.
        package init(
            name: String, tally: Tally, trend: [Double] = []
        ) {
            self.name = name
            self.tally = tally
            self.trend = trend
        }
    }
}
