package import Cameras

/// What is asked of decode-pictures: `byteCount` bytes of a file follow.
package struct DecodingRequest {
    /// What the file is.
    package enum Kind: Int, Sendable {
        case jpeg = 1
        case png = 2
        /// A video, which is kept for requests of ``sameVideo``.
        case video = 3
        /// No file follows: the video that was sent last.
        case sameVideo = 4
    }

    package let kind: Kind
    /// Sides that a JPEG file keeps at least; nil decodes in full.
    package let minimumSides: (longer: Int, shorter: Int)?
    package let pixelLimit: Int
    /// Of a video, from 0.
    package let frameNumber: Int
    package let byteCount: Int

    /// Bytes of a request without its file.
    package static let size = 48

    package init(
        _ kind: Kind, minimumSides: (longer: Int, shorter: Int)?, pixelLimit: Int,
        frameNumber: Int, byteCount: Int
    ) {
        (self.kind, self.minimumSides, self.pixelLimit) = (kind, minimumSides, pixelLimit)
        (self.frameNumber, self.byteCount) = (frameNumber, byteCount)
    }

    /// Nil where the bytes are no request.
    package init?(_ bytes: ArraySlice<UInt8>) {
        let numbers = Words.numbers(bytes)
        guard numbers.count == 6, let kind = Kind(rawValue: numbers[0]), numbers[5] >= 0 else {
            return nil
        }
        self.init(
            kind, minimumSides: numbers[1] > 0 ? (numbers[1], numbers[2]) : nil,
            pixelLimit: numbers[3], frameNumber: numbers[4], byteCount: numbers[5])
    }

    package var bytes: [UInt8] {
        Words.bytes([
            kind.rawValue, minimumSides?.longer ?? 0, minimumSides?.shorter ?? 0, pixelLimit,
            frameNumber, byteCount,
        ])
    }
}

/// What decode-pictures answers: height x width x 3 levels follow, or a text that says why not.
package struct DecodingReply: Equatable {
    /// Nil where a text follows.
    package let size: PictureSize?
    package let byteCount: Int

    /// Bytes of a reply without what follows.
    package static let size = 24
    /// What the program says first, once it has given up everything that it does not need.
    package static let greeting = DecodingReply(size: nil, byteCount: 0)

    package init(size: PictureSize?, byteCount: Int) {
        (self.size, self.byteCount) = (size, byteCount)
    }

    /// Nil where the bytes are no reply to somebody who takes `pixelLimit` pixels.
    package init?(_ bytes: ArraySlice<UInt8>, pixelLimit: Int) {
        let numbers = Words.numbers(bytes)
        guard numbers.count == 3 else { return nil }
        let (width, height, count) = (numbers[0], numbers[1], numbers[2])
        guard width > 0 else {
            guard width == 0, height == 0, (0...Self.textLimit).contains(count) else { return nil }
            self.init(size: nil, byteCount: count)
            return
        }
        guard height > 0, width <= pixelLimit / height, count == width * height * 3 else {
            return nil
        }
        self.init(size: PictureSize(width: width, height: height), byteCount: count)
    }

    package var bytes: [UInt8] {
        Words.bytes([size?.width ?? 0, size?.height ?? 0, byteCount])
    }

    private static let textLimit = 1 << 16
}

/// Numbers of 64 bits, little-endian.
private enum Words {
    static func bytes(_ numbers: [Int]) -> [UInt8] {
        numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }

    static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        (0..<(bytes.count / 8)).map { index in
            let start = bytes.startIndex + 8 * index
            return (0..<8).reduce(0) { $0 | Int(bytes[start + $1]) << ($1 * 8) }
        }
    }
}
