#if LeRobot

/// A video in memory, of which frames are taken by their number; use one on one thread at a time.
///
/// Going forward decodes each frame once.
@safe package final class VideoClip {
    private let video: VideoFile
    /// When each frame is shown, in seconds.
    private let times: [Double]
    private let tolerance: Double

    /// Opens an MP4 file of ``VideoCutter``'s.
    ///
    /// With `usesThreads`, large frames are decoded by two threads.
    /// - Throws: ``VideoError``.
    package init(
        bytes: ArraySlice<UInt8>, pixelLimit: Int, usesThreads: Bool = false
    ) throws(VideoError) {
        let container = try VideoContainer(.bytes(bytes))
        times = try container.frameTimes()
        tolerance = (zip(times.dropFirst(), times).map { $0 - $1 }.min() ?? 1) / 4
        video = try VideoFile(container, pixelLimit: pixelLimit, usesThreads: usesThreads)
    }

    /// How many frames there are.
    package var frameCount: Int { times.count }

    /// Decodes frame `number`, from 0 in the order in which they are shown, into `pixels`: height x width x 3, red first.
    package func picture(
        _ number: Int, into pixels: inout [UInt8]
    ) throws(VideoError) -> VideoPicture {
        guard times.indices.contains(number) else {
            throw VideoError(
                .frameMissing, "there is no frame \(number) in a video of \(times.count)")
        }
        return try video.picture(at: times[number], tolerance: tolerance, into: &pixels)
    }

    /// Decodes all frames.
    ///
    /// - Throws: ``VideoError`` where one cannot be, or is not of the size of the first.
    package func check() throws(VideoError) {
        var first: (width: Int, height: Int)?
        for time in times {
            let size = try video.show(at: time, tolerance: tolerance)
            guard first.map({ $0 == size }) ?? true else {
                throw VideoError(.frameUnreadable, "the size of the frames changes at \(time) s")
            }
            first = size
        }
    }
}
#endif
