/// An episode cannot be written in the layout asked for.
package struct ExportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: Sendable {
        /// The program was built without what the layout needs.
        case supportMissing
        /// A dataset must state the robot's control rate, and nobody knows it.
        case controlRateMissing
        /// The episode has no array of its actions, or not one row a step.
        case arrayUnfit
        /// Two arrays would get the same name.
        case namesCollide
        /// A picture is damaged.
        case pictureUnreadable
        /// Pictures of one camera have different sizes.
        case pictureSizesDiffer
    }

    package let code: Code
    /// What was being done, to what, what was found and what was expected.
    package let description: String
    /// What to try.
    package let next: String

    init(_ code: Code, _ description: String, next: String) {
        self.code = code
        self.description = description
        self.next = next
    }
}
