/// A network cannot be made, read, trained or asked as wanted.
package struct PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: String, Sendable {
        case configurationInvalid, presetUnknown, checkpointMismatch, statisticsMissing
        case valueNotFinite, lossNotFinite, gradientNotFinite, actionNotFinite, batchWithoutLoss
        case observationMismatch
    }

    package let code: Code
    /// What was being done, what was found, what was expected, and what to try.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
