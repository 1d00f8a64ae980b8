/// Why an episode does not get in.
package struct EpisodeRejection: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation; the raw value is the reason code in quarantine.
    package enum Code: String, Sendable, CaseIterable {
        case arrayMissing = "array-missing"
        case arrayUnreadable = "array-unreadable"
        case actionMagnitude = "action-magnitude"
        case clockBackwards = "clock-backwards"
        case clockGap = "clock-gap"
        case doneInMiddle = "done-in-middle"
        case frameMalformed = "frame-malformed"
        case linkRefused = "link-refused"
        case nameRefused = "name-refused"
        case nextObservationUnshifted = "next-observation-unshifted"
        case shapeMismatch = "shape-mismatch"
        case stateMissing = "state-missing"
        case tooFewSteps = "too-few-steps"
        case tooLarge = "too-large"
        case typeMismatch = "type-mismatch"
        case valueNotFinite = "value-not-finite"
    }

    package let code: Code
    /// File, episode, step and value; what was expected; what to try.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
