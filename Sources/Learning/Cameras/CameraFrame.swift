/// One camera's picture at one step, as recorded.
package struct CameraFrame: Sendable {
    /// What the bytes are.
    package enum Encoding: Sendable {
        /// A JPEG file; bytes after its end are ignored.
        case jpeg
        /// A PNG file of 8 bits a channel; bytes after its end are ignored.
        case png
        /// height x width x 3 levels of 0 to 255.
        case raw(PictureSize)
        /// An MP4 file, and which of its frames, from 0 in the order in which they are shown.
        case video(frame: Int)
    }

    /// Which colour a decoder returns first; `blueFirst` for compressed ALOHA recordings.
    package enum ColourOrder: Sendable { case redFirst, blueFirst }

    package let bytes: ArraySlice<UInt8>
    package let encoding: Encoding
    package let colourOrder: ColourOrder

    package init(
        bytes: ArraySlice<UInt8>, encoding: Encoding, colourOrder: ColourOrder = .redFirst
    ) {
        self.bytes = bytes
        self.encoding = encoding
        self.colourOrder = colourOrder
    }
}

/// Pixels across and down.
package struct PictureSize: Hashable, Sendable, CustomStringConvertible {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Width x height, in words.
    package var description: String { "\(width) x \(height)" }
}
