internal import Episodes

/// What a camera saw in one episode.
struct CameraPictures {
    let array: EpisodeArray
    let encoding: Camera.Encoding
}

#if LeRobot
internal import JPEG
internal import Video

/// An open video file, of which parts become pictures of an episode.
final class RecordedVideo {
    /// Where it lies.
    let path: String
    private let cutter: VideoCutter
    /// Opened where frames must be decoded.
    private var decoded: VideoFile?

    /// Quality of the JPEG files that frames are kept as.
    private static let quality = 95
    /// Larger frames are refused: 8192 x 8192.
    private static let pixelLimit = 1 << 26

    init(path: String) throws(VideoError) {
        self.path = path
        cutter = try VideoCutter(readingFrom: path)
    }

    /// When each of its frames is shown, in seconds.
    func frameTimes() throws(VideoError) -> [Double] { try cutter.frameTimes() }

    /// The frames that are shown at `seconds`, give or take `tolerance`: the part of the video as it was encoded, or JPEG
    /// files where that part cannot be cut out.
    func pictures(
        named name: String, at seconds: [Double], tolerance: Double, label: String, byteLimit: Int
    ) throws(EpisodeRejection) -> CameraPictures {
        do {
            if let bytes = try cut(at: seconds, tolerance: tolerance, byteLimit: byteLimit) {
                let array = EpisodeArray(
                    name: name, elementType: .uint8, shape: [bytes.count], bytes: bytes)
                return CameraPictures(array: array, encoding: .video)
            }
            let files = try files(at: seconds, tolerance: tolerance)
            let rows = try PictureRows(files, name: name, label: label, byteLimit: byteLimit)
            return CameraPictures(array: rows.array, encoding: .jpegRows)
        } catch let rejection as EpisodeRejection {
            throw rejection
        } catch { throw Self.rejection(label, name, error) }
    }

    /// Why an episode whose video cannot be read is refused.
    static func rejection(
        _ label: String, _ camera: String, _ error: any Error
    ) -> EpisodeRejection {
        EpisodeRejection(
            .frameMalformed,
            "\(label): a frame of \(camera) cannot be read: \(error); every step needs its "
                + "own frame")
    }

    /// The part of the video as it was encoded; nil where it must be encoded again.
    private func cut(
        at seconds: [Double], tolerance: Double, byteLimit: Int
    ) throws(VideoError) -> [UInt8]? {
        do {
            guard
                let bytes = try cutter.clip(
                    at: seconds, tolerance: tolerance, byteLimit: byteLimit)
            else { return nil }
            let clip = try VideoClip(
                bytes: bytes[...], pixelLimit: Self.pixelLimit, usesThreads: true)
            guard clip.frameCount == seconds.count else { return nil }
            try clip.check()
            return bytes
        } catch {
            // Frames that need others than those of the clip; where they are damaged, decoding them says so.
            guard error.code == .frameUnreadable else { throw error }
            return nil
        }
    }

    private func files(at seconds: [Double], tolerance: Double) throws -> [[UInt8]] {
        let file = try decoded ?? VideoFile(readingFrom: path, pixelLimit: Self.pixelLimit)
        decoded = file
        var encoder = try JPEGEncoder()
        var pixels: [UInt8] = []
        return try seconds.map { second in
            let picture = try file.picture(at: second, tolerance: tolerance, into: &pixels)
            return try encoder.encode(
                pixels.span, width: picture.width, height: picture.height,
                quality: Self.quality, halvesColour: picture.hasHalvedColour)
        }
    }
}
#endif
