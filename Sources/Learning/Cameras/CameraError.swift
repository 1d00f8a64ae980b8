package import JPEG
package import PNG

/// A frame could not become the network's input.
package struct CameraError: Error, CustomStringConvertible {
    /// Why.
    package enum Reason: Error, Sendable, Equatable {
        case jpeg(JPEGError)
        case png(PNGError)
        /// A raw frame of a size whose bytes are not as many as it has.
        case rawLength(PictureSize, byteCount: Int)
        case tooManyPixels(PictureSize, limit: Int)
        /// The process that decodes recorded pictures could not decode this one.
        case undecodable(String)
        /// No recorded picture can be decoded, because that process cannot be had.
        case unavailable(String)
    }

    /// The frame, in the words of whoever asked for it: episode, step and camera.
    package let frame: String
    package let reason: Reason

    package init(frame: String, reason: Reason) {
        self.frame = frame
        self.reason = reason
    }

    /// Whether other pictures fare no better: nothing has been found out about this one.
    package var isUnavailability: Bool {
        if case .unavailable = reason { true } else { false }
    }

    /// Which frame, what was found, what was expected, what to try.
    package var description: String { "\(frame): \(reason)" }
}

extension CameraError.Reason: CustomStringConvertible {
    /// What was found, what was expected, what to try.
    package var description: String {
        switch self {
        case .jpeg(let error): error.description
        case .png(let error): error.description
        case .rawLength(let size, let byteCount):
            "a raw frame of \(size) pixels has \(byteCount) bytes, expected "
                + "\(size.width) * \(size.height) * 3; check the camera's shape in the recording"
        case .tooManyPixels(let size, let limit):
            "a raw frame has \(size) pixels, the limit is \(limit); record smaller pictures"
        case .undecodable(let why): why
        case .unavailable(let why): "recorded pictures cannot be decoded: \(why)"
        }
    }
}
