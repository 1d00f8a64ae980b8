/// A JPEG picture could not be decoded or encoded.
package struct JPEGError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: Sendable {
        /// The library could not be started.
        case decoderUnavailable
        /// No JPEG header: another format, or damaged at the start.
        case headerUnreadable
        /// The header states more pixels than the limit.
        case tooManyPixels
        /// Not grey, and not red, green and blue.
        case colourSpaceUnsupported
        /// Damaged or cut short.
        case pixelsUnreadable
        /// The library could not be started.
        case encoderUnavailable
        /// The library refuses a picture.
        case pictureUnencodable
    }

    package let code: Code
    /// What was found, and what was expected.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What failed, and why.
    package var description: String {
        switch code {
        case .encoderUnavailable, .pictureUnencodable: "could not encode a JPEG picture: \(message)"
        default: "could not decode a JPEG picture: \(message)"
        }
    }
}
