/// A request that cannot be answered, or a policy that cannot be served.
package struct ServingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation; each is a label of the metric of errors.
    package enum Code: String, Sendable, CaseIterable {
        case messageInvalid = "message", textFrame = "text_frame"
        case messageTooLarge = "too_large", protocolViolated = "protocol"
        case outOfTurn = "out_of_turn"
        case observationInvalid = "observation", inferenceFailed = "inference"
        case policyUnusable = "policy"
    }

    package let code: Code
    /// What was being done, to what, what was found, what was expected, and what to try.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
