internal import Cameras
private import Foundation
private import Sandboxing

/// The program decode-pictures, started and confined; one for each thread.
final class DecodingProcess: @unchecked Sendable {
    // Sendable because whoever has taken it from the idle ones is alone with it.

    /// A picture that takes longer is damaged, or made to do harm.
    private static let millisecondsLimit = 60_000
    private static let startLimit = 60_000
    private static let name = "decode-pictures"

    private let program: ServingProgram
    private var channel: MessageChannel { program.channel }
    /// The video that the process has; kept, so that no other has its place in memory.
    private var video: ArraySlice<UInt8> = []
    private var room: [UInt8] = []
    private(set) var hasEnded = false

    /// - Throws: `unavailable` where the program is not there, or does not begin.
    init() throws(CameraError.Reason) {
        let path = Self.path
        do { program = try ServingProgram(path: path) } catch {
            throw .unavailable(
                "\(error); it is built and installed with the stages, and must lie beside them or "
                    + "in the folder that NIGHTSHIFT_BIN names")
        }
        do {
            try channel.receive(
                DecodingReply.size, into: &room, milliseconds: Self.startLimit)
        } catch { throw .unavailable("\(path) was started and \(Self.words(error, nil))") }
        guard
            DecodingReply(room[..<DecodingReply.size], pixelLimit: 0) == DecodingReply.greeting
        else { throw .unavailable("\(path) did not greet as this release's does; build it again") }
    }

    /// Where NIGHTSHIFT_BIN says, if it is there, or beside this program.
    private static var path: String {
        if let folder = ProcessInfo.processInfo.environment["NIGHTSHIFT_BIN"], !folder.isEmpty {
            let path = URL(filePath: folder).appending(path: name).path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        // The kernel's link to the running file, right even when PATH found it.
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: name).path
    }

    func decode(
        _ frame: CameraFrame, minimumSides: (longer: Int, shorter: Int)?, pixelLimit: Int,
        into pixels: inout [UInt8]
    ) throws(CameraError.Reason) -> PictureSize {
        let (kind, number) = try kind(of: frame)
        let file = kind == .sameVideo ? [] : frame.bytes
        let request = DecodingRequest(
            kind, minimumSides: minimumSides, pixelLimit: pixelLimit, frameNumber: number,
            byteCount: file.count)
        do {
            try channel.send(request.bytes.span, milliseconds: Self.millisecondsLimit)
            try channel.send(file.span, milliseconds: Self.millisecondsLimit)
            return try reply(pixelLimit: pixelLimit, into: &pixels)
        } catch let error as MessageChannel.Failure {
            hasEnded = true
            throw .undecodable("the process that decoded it \(Self.words(error, program.end()))")
        } catch let reason as CameraError.Reason {
            throw reason
        } catch { throw .undecodable("\(error)") }
    }

    private func reply(pixelLimit: Int, into pixels: inout [UInt8]) throws -> PictureSize {
        try channel.receive(
            DecodingReply.size, into: &room, milliseconds: Self.millisecondsLimit)
        guard let reply = DecodingReply(room[..<DecodingReply.size], pixelLimit: pixelLimit) else {
            throw MessageChannel.Failure.closed
        }
        guard let size = reply.size else {
            try channel.receive(
                reply.byteCount, into: &room, milliseconds: Self.millisecondsLimit)
            throw CameraError.Reason.undecodable(
                String(decoding: room[..<reply.byteCount], as: UTF8.self))
        }
        try channel.receive(
            reply.byteCount, into: &pixels, milliseconds: Self.millisecondsLimit)
        return size
    }

    private func kind(
        of frame: CameraFrame
    ) throws(CameraError.Reason) -> (kind: DecodingRequest.Kind, number: Int) {
        switch frame.encoding {
        case .raw: throw .undecodable("levels have nothing to be decoded")
        case .jpeg: return (.jpeg, 0)
        case .png: return (.png, 0)
        case .video(let number):
            let isSame = frame.bytes.isSameMemory(as: video)
            video = frame.bytes
            return (isSame ? .sameVideo : .video, number)
        }
    }

    /// How the process ended, in words.
    private static func words(_ failure: MessageChannel.Failure, _ signal: Int32?) -> String {
        switch failure {
        case .late: "did not answer within \(millisecondsLimit / 1000) s"
        case .closed: signal.map { "was ended by signal \($0)" } ?? "ended"
        }
    }
}

extension ArraySlice {
    /// Whether both are the same elements in memory, and not only equal ones.
    fileprivate func isSameMemory(as other: Self) -> Bool {
        guard count == other.count, !isEmpty else { return false }
        return withUnsafeBufferPointer { own in
            other.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
        }
    }
}
