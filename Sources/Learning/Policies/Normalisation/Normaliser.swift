/// The usual range of every state and action column, by embodiment.
///
/// A column's 1st and 99th percentile become -1 and 1; a column that hardly changes becomes 0.
package struct Normaliser: Codable, Sendable, Equatable {
    /// The ranges of one embodiment's columns, in the robot's own units.
    package struct Ranges: Codable, Sendable, Equatable {
        package let embodiment: String
        package let stateLow: [Float]
        package let stateHigh: [Float]
        package let actionLow: [Float]
        package let actionHigh: [Float]

        package init(
            embodiment: String, stateLow: [Float], stateHigh: [Float], actionLow: [Float],
            actionHigh: [Float]
        ) {
            self.embodiment = embodiment
            self.stateLow = stateLow
            self.stateHigh = stateHigh
            self.actionLow = actionLow
            self.actionHigh = actionHigh
        }
    }

    /// One entry an embodiment, in the configuration's order.
    package let ranges: [Ranges]

    package init(ranges: [Ranges]) { self.ranges = ranges }

    /// - Throws: ``PolicyError`` that lists what does not fit these embodiments.
    package func validate(for embodiments: [EmbodimentSpecification]) throws(PolicyError) {
        guard ranges.map(\.embodiment) == embodiments.map(\.name) else {
            throw PolicyError(
                .statisticsMissing,
                "checking normalisation: found statistics of \(ranges.map(\.embodiment)), "
                    + "expected \(embodiments.map(\.name))")
        }
        var problems: [String] = []
        for (range, embodiment) in zip(ranges, embodiments) {
            problems += Self.problems(
                "\(range.embodiment): state", range.stateLow, range.stateHigh,
                width: embodiment.stateWidth)
            problems += Self.problems(
                "\(range.embodiment): action", range.actionLow, range.actionHigh,
                width: embodiment.actionWidth)
        }
        try throwing(problems, about: "normalisation")
    }

    private static func problems(
        _ name: String, _ low: [Float], _ high: [Float], width: Int
    ) -> [String] {
        guard low.count == width, high.count == width else {
            return ["\(name) has \(low.count) and \(high.count) columns, expected \(width)"]
        }
        return (0..<width).filter {
            !(low[$0].isFinite && high[$0].isFinite && low[$0] <= high[$0])
        }.map { "\(name) column \($0) ranges from \(low[$0]) to \(high[$0])" }
    }
}

extension Normaliser {
    /// Centre and scale of a column: (x - centre) scale is in [-1, 1] for usual x.
    ///
    /// The scale is 0 where the column hardly changes, so that its jitter is not blown up.
    static func centreAndScale(low: Float, high: Float) -> (centre: Float, scale: Float) {
        let centre = low + (high - low) / 2
        let smallest = max(1e-6, 1e-4 * max(abs(low), abs(high)))
        return (centre, high - low > smallest ? 2 / (high - low) : 0)
    }
}
