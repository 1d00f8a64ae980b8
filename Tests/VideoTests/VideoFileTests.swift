#if LeRobot
import Foundation
import TestSupport
import Testing
import Video

@Suite("Video files")
struct VideoFileTests {
    private static let packed = leRobotDataset("v30").appending(
        path: "videos/observation.images.front/chunk-000/file-000.mp4")

    /// The brightness of the frame at a tenth of a second, in Tests/Fixtures/lerobot/make.py: limited
    /// range of video, 16 to 235, becomes 0 to 255.
    private static func grey(_ frame: Int) -> Int {
        Int((Double(20 + 12 * frame - 16) * 255 / 219).rounded())
    }

    @Test("give the frame of each time, in any order")
    func anyOrder() throws {
        let video = try VideoFile(readingFrom: Self.packed.path, pixelLimit: 1 << 20)
        var pixels: [UInt8] = []
        for frame in Array(0..<18) + [3, 17, 0, 9, 8, 16, 1] {
            let picture = try video.picture(
                at: Double(frame) / 10, tolerance: 0.025, into: &pixels)
            #expect(picture.width == 32 && picture.height == 32)
            #expect(picture.hasHalvedColour)
            #expect(pixels.count == 32 * 32 * 3)
            let expected = Self.grey(frame)
            #expect(pixels.allSatisfy { abs(Int($0) - expected) <= 1 }, "frame \(frame)")
        }
    }

    @Test("give no neighbour for a time without a frame", arguments: [0.05, 1.75, 1.8, 20, -0.1])
    func noNeighbour(seconds: Double) throws {
        let video = try VideoFile(readingFrom: Self.packed.path, pixelLimit: 1 << 20)
        var pixels: [UInt8] = []
        let error = #expect(throws: VideoError.self) {
            try video.picture(at: seconds, tolerance: 0.025, into: &pixels)
        }
        #expect(error?.code == .frameMissing)
        // The file is good for the next question.
        _ = try video.picture(at: 0.4, tolerance: 0.025, into: &pixels)
    }

    @Test("are refused where they have too many pixels, or are something else")
    func refusals() throws {
        let video = try VideoFile(readingFrom: Self.packed.path, pixelLimit: 100)
        var pixels: [UInt8] = []
        let large = #expect(throws: VideoError.self) {
            try video.picture(at: 0, tolerance: 0.025, into: &pixels)
        }
        #expect(large?.code == .tooManyPixels)
        let other = #expect(throws: VideoError.self) {
            try VideoFile(readingFrom: recording("good").path, pixelLimit: 100)
        }
        #expect(other?.code == .fileUnreadable)
    }

    @Test("cut short or with bytes changed give the right frame or an error", arguments: 0..<30)
    func damaged(part: Int) throws {
        try withTemporaryDirectory { folder in
            var bytes = try Data(contentsOf: Self.packed)
            let place = bytes.startIndex + part * (bytes.count - 1) / 29
            if part.isMultiple(of: 2) { bytes[place] ^= 0xFF } else { bytes = bytes.prefix(place) }
            let file = folder.appending(path: "damaged.mp4")
            try bytes.write(to: file)
            var pixels: [UInt8] = []
            do {
                let video = try VideoFile(readingFrom: file.path, pixelLimit: 1 << 20)
                for frame in 0..<18 {
                    _ = try video.picture(
                        at: Double(frame) / 10, tolerance: 0.025, into: &pixels)
                    #expect(pixels.count == 32 * 32 * 3)
                }
            } catch {
                #expect(error is VideoError)
            }
        }
    }
}
#endif
