import NIOCore
import NIOWebSocket

/// What RFC 6455 wants of a client's frames beside what NIO's decoder checks.
enum FrameRules {
    /// - Throws: ``ServingError`` `.protocolViolated`.
    static func check(_ frame: WebSocketFrame) throws(ServingError) {
        guard frame.maskKey != nil else { throw violated("a client's frame is not masked") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            throw violated("a frame uses an extension, and none was agreed on")
        }
        switch frame.opcode {
        case .binary, .text, .continuation, .connectionClose, .ping, .pong: return
        default: throw violated("a frame has an unknown opcode")
        }
    }

    static func violated(_ problem: String) -> ServingError {
        ServingError(.protocolViolated, "reading a WebSocket frame: \(problem)")
    }
}

/// The parts of a message that comes in several frames.
struct MessageParts {
    private var parts: ByteBuffer?

    /// The message, once its last frame is there.
    ///
    /// - Throws: ``ServingError`` for a text, for frames out of order, for too many bytes.
    mutating func add(_ frame: WebSocketFrame, limit: Int) throws(ServingError) -> ByteBuffer? {
        guard frame.opcode != .text else {
            throw ServingError(
                .textFrame, "found a text frame, expected a binary one: observations are msgpack")
        }
        guard (frame.opcode == .continuation) == (parts != nil) else {
            throw FrameRules.violated("a message's frames are out of order")
        }
        var data = frame.unmaskedData
        guard (parts?.readableBytes ?? 0) + data.readableBytes <= limit else {
            throw ServingError(tooLarge: limit)
        }
        guard parts != nil else {
            if frame.fin { return data }
            parts = data
            return nil
        }
        parts?.writeBuffer(&data)
        return frame.fin ? parts.take() : nil
    }
}

extension ServingError {
    init(tooLarge limit: Int) {
        self.init(
            .messageTooLarge,
            "reading a WebSocket message: it is longer than \(limit) bytes, which is the limit; "
                + "send smaller pictures, or start serve-policy with a higher --max-message-mib")
    }

    /// What NIO's frame decoder found; nil where it was not the frame.
    init?(ofFrame error: any Error, _ limit: Int) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: self.init(tooLarge: limit)
        case .fragmentedControlFrame, .multiByteControlFrameLength:
            self = FrameRules.violated("a control frame is fragmented or longer than 125 bytes")
        case nil: return nil
        }
    }

    /// What a client is told about an error of any kind.
    init(refusing error: any Error) {
        switch error {
        case let error as ServingError: self = error
        case let error as MessageError: self.init(.messageInvalid, error.description)
        default: self.init(.observationInvalid, "reading an observation: \(error)")
        }
    }

    /// How a WebSocket ends with this error.
    var closeCode: WebSocketErrorCode {
        switch code {
        case .messageTooLarge: .messageTooLarge
        case .protocolViolated: .protocolError
        default: .unexpectedServerError
        }
    }
}
