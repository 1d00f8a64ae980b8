import Cameras
import PictureDecoding
import Sandboxing

/// Answers one request after the other.
struct PictureService {
    private let files: Result<LocalDecoder, CameraError>
    private var videos = VideoShelf()
    private var request: [UInt8] = []
    private var pixels: [UInt8] = []

    /// Files of more bytes are not taken.
    private static let byteLimit = 1 << 30

    init() {
        files = Result { () throws(CameraError) in try LocalDecoder() }
    }

    /// Waits for a request and answers it.
    ///
    /// - Throws: `MessageChannel.Failure` where nobody asks any more, and ``Unreadable`` where no request came.
    mutating func answer(_ channel: MessageChannel) throws {
        try channel.receive(DecodingRequest.size, into: &request)
        guard let asked = DecodingRequest(request[..<DecodingRequest.size]),
            asked.byteCount <= Self.byteLimit
        else { throw Unreadable() }
        var file: [UInt8] = []
        try channel.receive(asked.byteCount, into: &file)
        do {
            let size = try decode(asked, file[...])
            let count = size.width * size.height * 3
            try channel.send(DecodingReply(size: size, byteCount: count).bytes.span)
            let levels = pixels[..<count]
            try channel.send(levels.span)
        } catch let failure as MessageChannel.Failure {
            throw failure
        } catch {
            let words = Array("\(error)".utf8.prefix(4096))
            try channel.send(DecodingReply(size: nil, byteCount: words.count).bytes.span)
            try channel.send(words.span)
        }
    }

    private mutating func decode(
        _ asked: DecodingRequest, _ file: ArraySlice<UInt8>
    ) throws -> PictureSize {
        let encoding: CameraFrame.Encoding
        switch asked.kind {
        case .jpeg: encoding = .jpeg
        case .png: encoding = .png
        case .video, .sameVideo:
            if asked.kind == .video { videos.take(file, pixelLimit: asked.pixelLimit) }
            return try videos.decode(asked.frameNumber, into: &pixels)
        }
        return try files.get().decode(
            CameraFrame(bytes: file, encoding: encoding), minimumSides: asked.minimumSides,
            pixelLimit: asked.pixelLimit, into: &pixels)
    }

    /// What came is no request.
    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "what came through standard input is no request" }
    }
}

/// An error in a person's words.
struct Words: Error, CustomStringConvertible {
    let description: String
}
