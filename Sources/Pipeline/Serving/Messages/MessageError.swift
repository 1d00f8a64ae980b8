/// Bytes that are no message, or one that breaks a limit.
package struct MessageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: String, Sendable, CaseIterable {
        case truncated, bytesLeft, tooDeep, tooManyValues, typeRefused, textInvalid, keyInvalid
        case keyTwice, arrayInvalid
    }

    package let code: Code
    /// Bytes before what was wrong.
    package let offset: Int
    private let problem: String

    init(_ code: Code, at offset: Int, _ problem: String) {
        self.code = code
        self.offset = offset
        self.problem = problem
    }

    /// What was being done, where, what was found and what was expected.
    package var description: String {
        "reading a msgpack message at byte \(offset): \(problem)"
    }
}

/// What a message may not exceed, whatever its bytes claim.
package struct MessageLimits: Sendable {
    /// Maps and lists inside each other.
    package var depth: Int
    /// Values in all.
    package var valueCount: Int

    package init(depth: Int = 16, valueCount: Int = 1 << 16) {
        self.depth = depth
        self.valueCount = valueCount
    }
}
