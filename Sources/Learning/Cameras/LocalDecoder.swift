private import JPEG
private import PNG

/// Decodes JPEG and PNG files in this process; for pictures of robots that are connected now.
///
/// Sendable because the decoders belong to no thread, and one object is used by one thread at a time.
package final class LocalDecoder: FrameDecoding, @unchecked Sendable {
    private let jpeg: JPEGDecoder
    private var png = PNGDecoder()

    /// - Throws: ``CameraError`` if libjpeg-turbo cannot be started.
    package init() throws(CameraError) {
        do { jpeg = try JPEGDecoder() } catch {
            throw CameraError(frame: "every frame", reason: .jpeg(error))
        }
    }

    package func decode(
        _ frame: CameraFrame, minimumSides: (longer: Int, shorter: Int)?, pixelLimit: Int,
        into pixels: inout [UInt8]
    ) throws(CameraError.Reason) -> PictureSize {
        switch frame.encoding {
        case .jpeg:
            do {
                let size = try jpeg.decode(
                    frame.bytes.span, minimumSides: minimumSides, pixelLimit: pixelLimit,
                    into: &pixels)
                return PictureSize(width: size.width, height: size.height)
            } catch { throw .jpeg(error) }
        case .png:
            do {
                let size = try png.decode(frame.bytes.span, pixelLimit: pixelLimit, into: &pixels)
                return PictureSize(width: size.width, height: size.height)
            } catch { throw .png(error) }
        case .raw(let size):
            return try frame.copyLevels(of: size, pixelLimit: pixelLimit, into: &pixels)
        case .video:
            throw .undecodable("videos are decoded from recordings alone")
        }
    }
}
