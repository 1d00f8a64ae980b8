import Cameras
import Video

/// Holds the video that was sent last.
struct VideoShelf {
    #if LeRobot
    private var video: Result<VideoClip, VideoError>?

    /// Opens a video in place of the one before; that it cannot be opened is said when a frame of it is asked for.
    mutating func take(_ file: ArraySlice<UInt8>, pixelLimit: Int) {
        video = Result { () throws(VideoError) in
            try VideoClip(bytes: file, pixelLimit: pixelLimit)
        }
    }

    /// Decodes a frame of it.
    func decode(_ number: Int, into pixels: inout [UInt8]) throws -> PictureSize {
        guard let video else { throw Words(description: "no video has been sent") }
        let picture = try video.get().picture(number, into: &pixels)
        return PictureSize(width: picture.width, height: picture.height)
    }
    #else
    mutating func take(_ file: ArraySlice<UInt8>, pixelLimit: Int) {}

    func decode(_ number: Int, into pixels: inout [UInt8]) throws -> PictureSize {
        throw Words(
            description: "this decode-pictures was built without the package trait LeRobot, which "
                + "reads videos; build it with scripts/build")
    }
    #endif
}
