#if LeRobot
private import CAV

/// One picture of a video.
package struct VideoPicture: Sendable {
    package let width: Int
    package let height: Int
    /// Whether the video keeps colour at a lower resolution than brightness.
    package let hasHalvedColour: Bool
}

/// An open video, of which frames are taken by their time; use one on one thread at a time.
///
/// Going forward decodes each frame once. Only local files are opened, of the containers MP4 and
/// Matroska, and nothing that they refer to.
@safe package final class VideoFile {
    private let path: String
    private let pixelLimit: Int
    private let decoder: FrameDecoder
    private var converter = PixelConverter()
    /// When the decoder's frame is shown, in seconds; nil before the first and after the last.
    private var time: Double?

    /// A jump further ahead than this looks for a key frame first, in seconds.
    private static let seekSeconds = 2.0

    package convenience init(readingFrom path: String, pixelLimit: Int) throws(VideoError) {
        try self.init(VideoContainer(.file(path)), pixelLimit: pixelLimit, usesThreads: true)
    }

    init(_ container: VideoContainer, pixelLimit: Int, usesThreads: Bool) throws(VideoError) {
        path = container.path
        self.pixelLimit = pixelLimit
        decoder = try FrameDecoder(container, usesThreads: usesThreads)
    }

    /// Decodes the frame that is shown at `seconds`, give or take `tolerance`, into `pixels`:
    /// height x width x 3, red first.
    ///
    /// - Precondition: `tolerance` is less than half the time between two frames, so that there is
    ///   no choice.
    package func picture(
        at seconds: Double, tolerance: Double, into pixels: inout [UInt8]
    ) throws(VideoError) -> VideoPicture {
        let size = try show(at: seconds, tolerance: tolerance)
        try converter.convert(decoder, path: path, into: &pixels)
        return VideoPicture(
            width: size.width, height: size.height, hasHalvedColour: decoder.hasHalvedColour)
    }

    /// Decodes that frame and says its size.
    func show(
        at seconds: Double, tolerance: Double
    ) throws(VideoError) -> (width: Int, height: Int) {
        try go(to: seconds, tolerance: tolerance)
        guard let time, abs(time - seconds) <= tolerance else {
            let found = time.map { "the next is at \($0) s" } ?? "it ends before"
            throw VideoError(
                .frameMissing,
                "\(path): no frame is shown at \(seconds) s within \(tolerance) s; \(found)")
        }
        let (width, height) = decoder.size
        guard width > 0, height > 0, width <= pixelLimit / height else {
            throw VideoError(
                .tooManyPixels,
                "\(path): a frame has \(width) x \(height) pixels, the limit is \(pixelLimit)")
        }
        return (width, height)
    }

    private func go(to seconds: Double, tolerance: Double) throws(VideoError) {
        let isBehind = time.map { $0 > seconds + tolerance } ?? true
        let isFarAhead = time.map { seconds - $0 > Self.seekSeconds } ?? false
        if isBehind || isFarAhead {
            try decoder.seek(to: max(0, seconds - tolerance))
            time = try decoder.next()
            // Seeking may land late; from the start nothing is missed.
            if time.map({ $0 > seconds + tolerance }) ?? true {
                try decoder.seek(to: nil)
                time = try decoder.next()
            }
        }
        while let current = time, current < seconds - tolerance { time = try decoder.next() }
    }
}
#endif
