/// The gates that need no camera: hard ones, and a soft one that only warns.
package enum QualityGate: String, CaseIterable, Codable, Sendable {
    case schema = "H1"
    case monotoneClock = "H2"
    case gaps = "H3"
    case droppedFrames = "H4"
    case length = "H6"
    case physics = "H8"
    case exactDuplicate = "H10"
    case safetyMark = "H11"
    case provenance = "H12"
    case tremor = "S3"

    /// The gate in a few words.
    package var title: String {
        switch self {
        case .schema: "schema"
        case .monotoneClock: "monotone clock"
        case .gaps: "gaps"
        case .droppedFrames: "dropped frames"
        case .length: "length"
        case .physics: "physical limits"
        case .exactDuplicate: "exact duplicate"
        case .safetyMark: "safety mark"
        case .provenance: "provenance"
        case .tremor: "trembling actions"
        }
    }
}

/// One gate's objection to one episode.
package struct GateFinding: Codable, Sendable, Equatable {
    package let gate: QualityGate
    package let isWarning: Bool
    /// The reason in words, with step, value and limit.
    package let message: String
    package let value: Double?
    package let threshold: Double?
}
