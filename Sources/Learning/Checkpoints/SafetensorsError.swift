/// Bytes are not a safetensors file that this module reads.
package struct SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: String, Sendable {
        case truncated, headerTooLong, headerMalformed, tensorMalformed, tensorMissing
    }

    package let code: Code
    /// What was found and what was expected.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = "reading a safetensors file: " + description
    }
}
