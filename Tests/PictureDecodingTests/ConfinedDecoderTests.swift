import Cameras
import Foundation
import PictureDecoding
import Testing
import TestSupport

@Suite("Pictures that are decoded in a process of their own")
struct ConfinedDecoderTests {
    private static func decoded(
        _ frame: CameraFrame, by decoder: any FrameDecoding, limit: Int = 1 << 20,
        minimumSides: (longer: Int, shorter: Int)? = nil
    ) throws -> (size: PictureSize, pixels: [UInt8]) {
        var pixels: [UInt8] = []
        let size = try decoder.decode(
            frame, minimumSides: minimumSides, pixelLimit: limit, into: &pixels)
        return (size, Array(pixels[..<(size.width * size.height * 3)]))
    }

    @Test("are those that this process decodes", arguments: ["scene.jpg", "scene.png"])
    func same(name: String) throws {
        let frame = CameraFrame(
            bytes: [UInt8](try Data(contentsOf: pictureFile(name)))[...],
            encoding: name.hasSuffix("png") ? .png : .jpeg)
        let here = try LocalDecoder()
        for sides in [nil, (longer: 16, shorter: 1)] {
            let apart = try Self.decoded(frame, by: ConfinedDecoder(), minimumSides: sides)
            let expected = try Self.decoded(frame, by: here, minimumSides: sides)
            #expect(apart.size == expected.size)
            #expect(apart.pixels == expected.pixels)
        }
    }

    @Test("need no process where they are levels already")
    func raw() throws {
        let size = PictureSize(width: 2, height: 1)
        let frame = CameraFrame(bytes: [1, 2, 3, 4, 5, 6], encoding: .raw(size))
        #expect(try Self.decoded(frame, by: ConfinedDecoder()).pixels == [1, 2, 3, 4, 5, 6])
        let short = CameraFrame(bytes: [1, 2, 3], encoding: .raw(size))
        #expect(throws: CameraError.Reason.rawLength(size, byteCount: 3)) {
            try Self.decoded(short, by: ConfinedDecoder())
        }
    }

    @Test("are refused with the decoder's words where they are none, and the next is decoded")
    func damaged() throws {
        let decoder = ConfinedDecoder()
        let bytes = [UInt8](try Data(contentsOf: pictureFile("scene.jpg")))
        let cut = CameraFrame(bytes: bytes[..<(bytes.count / 2)], encoding: .jpeg)
        let error = #expect(throws: CameraError.Reason.self) {
            try Self.decoded(cut, by: decoder)
        }
        #expect(
            error?.description.contains("cut short") == true)
        let empty = CameraFrame(bytes: [], encoding: .video(frame: 0))
        #expect(throws: CameraError.Reason.self) { try Self.decoded(empty, by: decoder) }
        let whole = CameraFrame(bytes: bytes[...], encoding: .jpeg)
        #expect(throws: CameraError.Reason.self) {
            try Self.decoded(whole, by: decoder, limit: 10)
        }
        #expect(try Self.decoded(whole, by: decoder).pixels.isEmpty == false)
    }

    #if LeRobot
    @Test("are a video's frames, whichever video was asked for before")
    func videos() throws {
        let decoder = ConfinedDecoder()
        let clips = try (0..<2).map { number in
            try Data(
                contentsOf: leRobotDataset("v21").appending(
                    path: "videos/chunk-000/observation.images.front/episode_00000\(number).mp4"))
        }.map { [UInt8]($0)[...] }
        var means: [[Double]] = [[], []]
        for frame in [0, 3, 1, 4, 4] {
            for (number, clip) in clips.enumerated() {
                let found = try Self.decoded(
                    CameraFrame(bytes: clip, encoding: .video(frame: frame)), by: decoder)
                #expect(found.size == PictureSize(width: 32, height: 32))
                let sum = found.pixels.reduce(0.0) { $0 + Double($1) }
                means[number].append(sum / Double(found.pixels.count))
            }
        }
        // Tests/Fixtures/lerobot/make.py: each frame is brighter than the one before, by 12 of 219 levels.
        let step = 12.0 * 255 / 219
        #expect(abs(means[0][1] - means[0][0] - 3 * step) < 2)
        #expect(abs(means[0][2] - means[0][0] - step) < 2)
        #expect(abs(means[1][0] - means[0][0] - 6 * step) < 2)
        #expect(means[1][3] == means[1][4])
        let beyond = CameraFrame(bytes: clips[0], encoding: .video(frame: 6))
        #expect(throws: CameraError.Reason.self) { try Self.decoded(beyond, by: decoder) }
    }
    #endif

    @Test("are asked for in messages that say the same on both sides")
    func messages() throws {
        let request = DecodingRequest(
            .video, minimumSides: (160, 90), pixelLimit: 1 << 26, frameNumber: 7, byteCount: 1 << 33
        )
        #expect(DecodingRequest(request.bytes[...])?.bytes == request.bytes)
        #expect(request.bytes.count == DecodingRequest.size)
        let reply = DecodingReply(size: PictureSize(width: 640, height: 480), byteCount: 921_600)
        #expect(DecodingReply(reply.bytes[...], pixelLimit: 1 << 20) == reply)
        // A process that has been taken over says what it likes.
        #expect(DecodingReply(reply.bytes[...], pixelLimit: 1000) == nil)
        for bad in [
            (-1, 1, 3), (1, -1, -3), (1, 1, 4), (0, 0, -1), (0, 0, 1 << 40), (Int.max, 2, 6),
        ] {
            let bytes = [bad.0, bad.1, bad.2].flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            }
            #expect(DecodingReply(bytes[...], pixelLimit: 1 << 26) == nil, "\(bad)")
        }
    }
}

// In a process of its own: the processes that decode are children of it alone.
@Suite("The process that decodes pictures")
struct DecodingProcessTests {
    @Test("has given up files and the network, and its end costs one picture")
    func confined() async {
        await #expect(processExitsWith: .success) {
            func children() throws -> [Int32] {
                try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
                    .filter { process in
                        let status = try? String(
                            contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
                        return status?.contains("PPid:\t\(getpid())\n") == true
                            && status?.contains("Name:\tdecode-pictures\n") == true
                    }
            }
            setenv("SECRET", "postgresql://", 1)
            let open = try FileHandle(forReadingFrom: pictureFile("scene.jpg"))
            defer { withExtendedLifetime(open) {} }
            let decoder = ConfinedDecoder()
            let file = CameraFrame(
                bytes: [UInt8](try Data(contentsOf: pictureFile("scene.jpg")))[...], encoding: .jpeg
            )
            var pixels: [UInt8] = []
            func decode() throws {
                _ = try decoder.decode(
                    file, minimumSides: nil, pixelLimit: 1 << 20, into: &pixels)
            }
            try decode()
            try decode()
            let started = try children()
            precondition(started.count == 1)
            let status = try String(
                contentsOfFile: "/proc/\(started[0])/status", encoding: .utf8)
            precondition(status.contains("Seccomp:\t2") && status.contains("NoNewPrivs:\t1"))
            let files = try FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(started[0])/fd")
            precondition(Set(files) == ["0", "1", "2"], "\(files)")
            let environment = try Data(contentsOf: URL(filePath: "/proc/\(started[0])/environ"))
            precondition(!String(decoding: environment, as: UTF8.self).contains("SECRET"))
            kill(started[0], SIGKILL)
            do {
                try decode()
                preconditionFailure("a process that has ended has decoded a picture")
            } catch let reason as CameraError.Reason {
                let problem = reason.description
                precondition(problem.contains("was ended by signal 9"), problem)
            }
            try decode()
            let restarted = try children()
            precondition(restarted.count == 1)
        }
    }

    @Test("is said to be useless, and no picture to be bad, where it does not begin")
    func useless() async {
        await #expect(processExitsWith: .success) {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let program = folder.appending(path: "decode-pictures").path
            try FileManager.default.createSymbolicLink(
                atPath: program, withDestinationPath: "/bin/true")
            setenv("NIGHTSHIFT_BIN", folder.path, 1)
            var pixels: [UInt8] = []
            do {
                _ = try ConfinedDecoder().decode(
                    CameraFrame(bytes: [], encoding: .jpeg), minimumSides: nil, pixelLimit: 1,
                    into: &pixels)
                preconditionFailure("no process has decoded a picture")
            } catch let reason as CameraError.Reason {
                let error = CameraError(frame: "every frame", reason: reason)
                precondition(error.isUnavailability)
                precondition(error.description.contains("\(program) was started and ended"))
            }
            try FileManager.default.removeItem(at: folder)
        }
    }
}
