import StageRuns

/// What a gate does with an episode that fails it.
package enum GateMode: String, Codable, Sendable, CaseIterable {
    /// Not looked at.
    case off
    /// Reported; the episode stays in.
    case warn
    /// Reported; the episode stays out of the snapshot. Nothing is deleted.
    case quarantine
}

/// Physical limits of one embodiment, a value a column of its state vector.
package struct PhysicalLimits: Codable, Sendable, Equatable {
    /// Largest allowed change a second; an empty list means no limit.
    package var maximumSpeed: [Double]
    /// Smallest and largest allowed value; empty lists mean no limit.
    package var low: [Double]
    package var high: [Double]

    package init(maximumSpeed: [Double] = [], low: [Double] = [], high: [Double] = []) {
        self.maximumSpeed = maximumSpeed
        self.low = low
        self.high = high
    }

    private enum CodingKeys: CodingKey { case maximumSpeed, low, high }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        maximumSpeed = try keys.decodeIfPresent([Double].self, forKey: .maximumSpeed) ?? []
        low = try keys.decodeIfPresent([Double].self, forKey: .low) ?? []
        high = try keys.decodeIfPresent([Double].self, forKey: .high) ?? []
    }
}

/// Settings of filter-by-quality; docs/stages/filter-by-quality.md explains each gate.
package struct QualityConfiguration: StageConfiguration {
    /// What each gate does: off, warn or quarantine.
    package var gates: [String: GateMode] = [
        "H1": .quarantine, "H2": .quarantine, "H3": .quarantine, "H4": .quarantine,
        "H6": .quarantine, "H8": .quarantine, "H10": .quarantine, "H11": .quarantine,
        "H12": .warn, "S3": .warn,
    ]
    /// H3: the longest gap between two steps, in seconds.
    package var maximumGapSeconds = 0.5
    /// H3: the longest gap between two steps, in control periods.
    package var maximumGapPeriods = 5.0
    /// H3: warns when the standard deviation of the period exceeds this share of it.
    package var jitterWarningShare = 0.2
    /// H4: warns above this share of missing steps.
    package var droppedWarningShare = 0.01
    /// H4: fails above this share of missing steps.
    package var droppedLimitShare = 0.05
    /// H6: the shortest episode, in seconds.
    package var minimumLengthSeconds = 1.0
    /// H6: the longest episode, in multiples of its cohort's median length.
    package var maximumLengthFactor = 10.0
    /// H8: limits by embodiment name.
    package var limits: [String: PhysicalLimits] = [:]
    /// H8: tolerated excess over a configured speed.
    package var speedFactor = 1.2
    /// H8: tolerated excess over a configured range, as a share of the range.
    package var rangeMarginShare = 0.02
    /// H8 without configured limits: the largest speed, in multiples of the cohort's 95th percentile.
    package var cohortSpeedFactor = 20.0
    /// S3: warns where the cohort's median is exceeded by so many of its robust deviations.
    package var tremorDeviations = 3.0
    /// S3: warns only where the median is exceeded by at least so much.
    package var tremorExcess = 0.1
    /// A cohort judges its members only with this many episodes.
    package var cohortMinimumEpisodes = 30

    package init() {}

    package func problems() -> [String] {
        var found: [String] = []
        for name in gates.keys.sorted()
        where !QualityGate.allCases.contains(where: { $0.rawValue == name }) {
            let known = QualityGate.allCases.map(\.rawValue).joined(separator: ", ")
            found.append("gates.\(name) is no gate; the gates are \(known)")
        }
        if gates["S3"] == .quarantine {
            found.append(
                "gates.S3 is quarantine, expected warn or off: it judges robots, not episodes")
        }
        let positive = [
            ("tremorDeviations", tremorDeviations), ("tremorExcess", tremorExcess),
            ("maximumGapSeconds", maximumGapSeconds), ("maximumGapPeriods", maximumGapPeriods),
            ("jitterWarningShare", jitterWarningShare),
            ("maximumLengthFactor", maximumLengthFactor),
            ("speedFactor", speedFactor), ("cohortSpeedFactor", cohortSpeedFactor),
        ]
        for (name, value) in positive where !(value > 0) {
            found.append("\(name) is \(value), expected a number above 0")
        }
        let shares = [
            ("droppedWarningShare", droppedWarningShare), ("droppedLimitShare", droppedLimitShare),
        ]
        for (name, value) in shares where !(0...1).contains(value) {
            found.append("\(name) is \(value), expected a share in [0, 1]")
        }
        if minimumLengthSeconds < 0 {
            found.append("minimumLengthSeconds is \(minimumLengthSeconds), expected 0 or more")
        }
        if cohortMinimumEpisodes < 2 {
            found.append("cohortMinimumEpisodes is \(cohortMinimumEpisodes), expected 2 or more")
        }
        return found
    }

    /// What the gate does; a gate that the file leaves out keeps its default.
    func mode(of gate: QualityGate) -> GateMode {
        gates[gate.rawValue] ?? QualityConfiguration().gates[gate.rawValue] ?? .off
    }
}
