#if LeRobot
import Foundation
import TestSupport
import Testing
import Video

@Suite("Clips of videos")
struct VideoClipTests {
    private static let packed = leRobotDataset("v30").appending(
        path: "videos/observation.images.front/chunk-000/file-000.mp4")
    /// Tests/Fixtures/lerobot/make.py: three episodes, ten frames a second.
    private static let lengths = [6, 5, 7]

    private static func seconds(_ frames: Range<Int>) -> [Double] { frames.map { Double($0) / 10 } }

    private static func clip(_ frames: Range<Int>, of path: String) throws -> [UInt8]? {
        try VideoCutter(readingFrom: path).clip(
            at: seconds(frames), tolerance: 0.025, byteLimit: 1 << 20)
    }

    @Test("hold the frames of an episode, pixel for pixel, in any order")
    func frames() throws {
        let whole = try VideoFile(readingFrom: Self.packed.path, pixelLimit: 1 << 20)
        var start = 0
        for length in Self.lengths {
            let bytes = try #require(
                try Self.clip(start..<(start + length), of: Self.packed.path))
            let clip = try VideoClip(bytes: bytes[...], pixelLimit: 1 << 20)
            #expect(clip.frameCount == length)
            try clip.check()
            for frame in Array(0..<length) + [length - 1, 0, 3, 1] {
                var (found, expected): ([UInt8], [UInt8]) = ([], [])
                _ = try clip.picture(frame, into: &found)
                _ = try whole.picture(
                    at: Double(start + frame) / 10, tolerance: 0.025, into: &expected)
                #expect(found == expected, "frame \(frame) of the episode from \(start)")
            }
            start += length
        }
    }

    @Test("are the same bytes from a file of one episode and from one of many")
    func sameBytes() throws {
        var start = 0
        for (number, length) in Self.lengths.enumerated() {
            let alone = leRobotDataset("v21").appending(
                path: "videos/chunk-000/observation.images.front/episode_00000\(number).mp4")
            let packed = try Self.clip(start..<(start + length), of: Self.packed.path)
            let isSame = try Self.clip(0..<length, of: alone.path) == packed
            #expect(isSame && packed != nil, "episode \(number)")
            start += length
        }
    }

    @Test("are not cut where that would need encoding, or too many bytes")
    func refusals() throws {
        // It depends on the frame before it.
        #expect(try Self.clip(1..<6, of: Self.packed.path) == nil)
        // To be decoded, they need one that is shown after them.
        #expect(try Self.clip(0..<3, of: Self.packed.path) == nil)
        #expect(try Self.clip(12..<40, of: Self.packed.path) == nil)
        let cutter = try VideoCutter(readingFrom: Self.packed.path)
        let every = try cutter.clip(at: [0, 0.2, 0.4], tolerance: 0.025, byteLimit: 1 << 20)
        #expect(every == nil)
        let six = Self.seconds(0..<6)
        #expect(try cutter.clip(at: six, tolerance: 0.025, byteLimit: 10) == nil)
        #expect(try cutter.clip(at: [], tolerance: 0.025, byteLimit: 10) == nil)
        #expect(try cutter.clip(at: six, tolerance: 0.025, byteLimit: 1 << 20) != nil)
    }

    @Test("with bytes changed or missing give frames of their size or an error", arguments: 0..<40)
    func damaged(part: Int) throws {
        var bytes = try #require(try Self.clip(0..<6, of: Self.packed.path))
        let place = part * (bytes.count - 1) / 39
        if part.isMultiple(of: 2) { bytes[place] ^= 0xFF } else { bytes = Array(bytes[..<place]) }
        var pixels: [UInt8] = []
        do {
            let clip = try VideoClip(bytes: bytes[...], pixelLimit: 1 << 20)
            try clip.check()
            for frame in 0..<clip.frameCount {
                let picture = try clip.picture(frame, into: &pixels)
                #expect(pixels.count == picture.width * picture.height * 3)
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
#endif
