/// The gates: hard ones that refuse an episode by itself, and soft ones that compare it with its like.
package enum QualityGate: String, CaseIterable, Codable, Sendable {
    case schema = "H1"
    case monotoneClock = "H2"
    case gaps = "H3"
    case droppedFrames = "H4"
    case streamAgreement = "H5"
    case length = "H6"
    case frozen = "H7"
    case physics = "H8"
    case blankPictures = "H9"
    case exactDuplicate = "H10"
    case safetyMark = "H11"
    case provenance = "H12"
    case jerk = "S1"
    case arcLength = "S2"
    case tremor = "S3"
    case idleness = "S4"
    case saturation = "S5"
    case tracking = "S6"
    case actionConsistency = "S7"
    case blur = "S8"
    case exposure = "S9"
    case nearDuplicate = "S10"
    case duration = "S11"
    case pathEfficiency = "S12"
    case labelConsistency = "S13"
    case progressStall = "S14"

    /// The gate in a few words.
    package var title: String {
        switch self {
        case .schema: "schema"
        case .monotoneClock: "monotone clock"
        case .gaps: "gaps"
        case .droppedFrames: "dropped frames"
        case .streamAgreement: "stream agreement"
        case .length: "length"
        case .frozen: "frozen channels"
        case .physics: "physical limits"
        case .blankPictures: "blank pictures"
        case .exactDuplicate: "exact duplicate"
        case .safetyMark: "safety mark"
        case .provenance: "provenance"
        case .jerk: "jerk"
        case .arcLength: "spectral arc length"
        case .tremor: "trembling actions"
        case .idleness: "idleness"
        case .saturation: "saturated actions"
        case .tracking: "tracking"
        case .actionConsistency: "action consistency"
        case .blur: "blur"
        case .exposure: "exposure"
        case .nearDuplicate: "near-duplicate"
        case .duration: "duration"
        case .pathEfficiency: "path efficiency"
        case .labelConsistency: "label consistency"
        case .progressStall: "progress stall"
        }
    }

    /// Whether it compares an episode with others, and refuses only what the configuration lets it.
    package var isSoft: Bool { rawValue.hasPrefix("S") }

    /// Whether a soft gate may do more than warn.
    ///
    /// Trembling and exposure are faults of robots and cameras, a long way round and another way to do it are often
    /// right, and an outcome is corrected by a person.
    var mayAct: Bool {
        switch self {
        case .tremor, .actionConsistency, .exposure, .pathEfficiency, .labelConsistency: false
        default: true
        }
    }
}

/// One gate's objection to one episode.
package struct GateFinding: Codable, Sendable, Equatable {
    package let gate: QualityGate
    package var isWarning: Bool
    /// The reason in words, with step, value and limit.
    package var message: String
    package let value: Double?
    package let threshold: Double?
    /// How far beyond its limit a soft measure is: 1 is at it.
    package var excess: Double? = nil
    /// How often the episode is drawn where the gate weighs it down; as the configuration says if nil.
    package var weight: Double? = nil
}
