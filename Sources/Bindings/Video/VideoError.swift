/// A video could not be read.
package struct VideoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: Sendable {
        /// No video, or one of an encoding that the library does not know.
        case fileUnreadable
        /// A frame is damaged.
        case frameUnreadable
        /// No frame is shown at the time asked for.
        case frameMissing
        /// More pixels than the limit.
        case tooManyPixels
    }

    package let code: Code
    /// What was being done, to what, and why it failed.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
