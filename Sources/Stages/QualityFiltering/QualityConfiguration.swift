import StageRuns

/// What a gate does with an episode that fails it.
package enum GateMode: String, Codable, Sendable, CaseIterable {
    /// Not looked at.
    case off
    /// Reported; the episode stays in.
    case warn
    /// Reported; the episode stays out of the snapshot. Nothing is deleted.
    case quarantine
    /// Reported; the episode is drawn more seldom. Soft gates only.
    case downWeight = "down-weight"

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let mode = GateMode(rawValue: try container.decode(String.self)) else {
            let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected one of \(words)")
        }
        self = mode
    }
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
        "H5": .quarantine, "H6": .quarantine, "H7": .quarantine, "H8": .quarantine,
        "H9": .quarantine, "H10": .quarantine, "H11": .quarantine, "H12": .warn,
        "S1": .warn, "S2": .warn, "S3": .warn, "S4": .warn, "S5": .warn, "S6": .warn,
        "S7": .warn, "S8": .warn, "S9": .warn, "S10": .warn, "S11": .warn, "S12": .warn,
        "S13": .warn, "S14": .warn,
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
    package var minimumLengthSeconds = 0.5
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
    /// H7: the longest time that a channel or a camera may stand still while the robot is to move.
    package var frozenSeconds = 1.0
    /// H9: the largest share of a camera's pictures that may be black, white or of one shade.
    package var blankPictureShare = 0.05
    /// Soft gates: how many robust standard deviations from its cohort's median are usual.
    package var softDeviations = 3.0
    /// S3: warns where the cohort's median is exceeded by so many of its robust deviations.
    package var tremorDeviations = 3.0
    /// S3: warns only where the median is exceeded by at least so much.
    package var tremorExcess = 0.1
    /// S4: idle seconds before and after moving that are always usual.
    package var idleSeconds = 0.5
    /// S4: the idle share in between that is always usual.
    package var idleShare = 0.4
    /// S5: the share of steps with an action at its limit that is always usual.
    package var saturationShare = 0.1
    /// S6: by how many steps the lag may differ from its cohort's median.
    package var lagShiftSteps = 2.0
    /// S7: by how much of all actions' variance an episode may always differ from what is usual.
    package var consistencyExcess = 0.1
    /// S8: the share of a camera's usual sharpness below which a picture is blurred.
    package var blurShare = 0.25
    /// S9: how many bits a camera's brightness may be from what is usual.
    package var exposureDivergence = 0.1
    /// S10: cosine of the angle between two ways from which on they are compared point by point.
    package var duplicateCosine = 0.9
    /// S10: how far along their way two episodes may be from each other, in ranges of the states, and be nearly the same.
    package var duplicateDistance = 0.01
    /// S14: the share of spans of two seconds over which value may fall.
    package var stallShare = 0.3
    /// How often an episode is drawn that a soft gate weighs down.
    package var downWeight = 0.1
    /// The largest share of a cohort's episodes of one day that soft gates may take out.
    package var removedShareLimit = 0.2
    /// Soft gates leave a task, a site, an operator and a robot at least so many episodes.
    package var keptEpisodesMinimum = 5
    /// Soft gates do nothing to episodes that are rarer than this percentage of the corpus.
    package var rareNoveltyPercentile = 95.0
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
        for gate in QualityGate.allCases {
            found += problems(of: gate, mode: gates[gate.rawValue]).map { [$0] } ?? []
        }
        let positive = [
            ("tremorDeviations", tremorDeviations), ("tremorExcess", tremorExcess),
            ("maximumGapSeconds", maximumGapSeconds), ("maximumGapPeriods", maximumGapPeriods),
            ("jitterWarningShare", jitterWarningShare),
            ("maximumLengthFactor", maximumLengthFactor),
            ("speedFactor", speedFactor), ("cohortSpeedFactor", cohortSpeedFactor),
            ("frozenSeconds", frozenSeconds), ("softDeviations", softDeviations),
            ("idleSeconds", idleSeconds), ("lagShiftSteps", lagShiftSteps),
            ("downWeight", downWeight), ("exposureDivergence", exposureDivergence),
            ("consistencyExcess", consistencyExcess), ("duplicateDistance", duplicateDistance),
        ]
        for (name, value) in positive where !(value > 0) {
            found.append("\(name) is \(value), expected a number above 0")
        }
        let shares = [
            ("droppedWarningShare", droppedWarningShare), ("droppedLimitShare", droppedLimitShare),
            ("blankPictureShare", blankPictureShare), ("idleShare", idleShare),
            ("saturationShare", saturationShare), ("blurShare", blurShare),
            ("stallShare", stallShare), ("removedShareLimit", removedShareLimit),
            ("downWeight", downWeight),
        ]
        for (name, value) in shares where !(0...1).contains(value) {
            found.append("\(name) is \(value), expected a share in [0, 1]")
        }
        if !(-1...1).contains(duplicateCosine) {
            found.append("duplicateCosine is \(duplicateCosine), expected a cosine in [-1, 1]")
        }
        if !(0...100).contains(rareNoveltyPercentile) {
            found.append(
                "rareNoveltyPercentile is \(rareNoveltyPercentile), expected a percentile from 0 to "
                    + "100; 100 spares nothing for being new")
        }
        if minimumLengthSeconds < 0 {
            found.append("minimumLengthSeconds is \(minimumLengthSeconds), expected 0 or more")
        }
        if cohortMinimumEpisodes < 2 {
            found.append("cohortMinimumEpisodes is \(cohortMinimumEpisodes), expected 2 or more")
        }
        return found
    }

    private func problems(of gate: QualityGate, mode: GateMode?) -> String? {
        let acts = mode == .quarantine || mode == .downWeight
        if gate.isSoft, acts, !gate.mayAct {
            return "gates.\(gate.rawValue) is \(mode?.rawValue ?? ""), expected warn or off: "
                + "\(gate.title) is for people to look at"
        }
        guard !gate.isSoft, mode == .downWeight else { return nil }
        return "gates.\(gate.rawValue) is down-weight, expected quarantine, warn or off: what a "
            + "hard gate refuses is not learned from at all"
    }

    /// The soft gates that may take episodes out or weigh them down.
    var actingGates: [QualityGate] {
        QualityGate.allCases.filter {
            $0.isSoft && [.quarantine, .downWeight].contains(mode(of: $0))
        }
    }

    /// What the gate does; a gate that the file leaves out keeps its default.
    func mode(of gate: QualityGate) -> GateMode {
        gates[gate.rawValue] ?? QualityConfiguration().gates[gate.rawValue] ?? .off
    }
}
