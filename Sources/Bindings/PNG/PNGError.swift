/// A PNG picture could not be decoded, or not be made.
package struct PNGError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: Sendable {
        /// Not a PNG file, cut short, or a chunk fails its checksum.
        case chunksDamaged
        /// The header makes no sense to libpng.
        case headerUnreadable
        /// The header states more pixels than the limit.
        case tooManyPixels
        /// 16 bits a channel: usually a depth map, which is no picture.
        case sixteenBitsUnsupported
        /// Some pixels are transparent.
        case transparencyUnsupported
        /// The compressed pixels are damaged.
        case pixelsUnreadable
        /// libpng refuses to make a file of the pixels.
        case unencodable
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
        "could not \(code == .unencodable ? "make" : "decode") a PNG picture: \(message)"
    }
}
