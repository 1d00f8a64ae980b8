import Dispatch
import NIOCore
import NIOWebSocket
import Synchronization

/// One robot's WebSocket: metadata first, then a reply to each observation, one at a time.
final class RobotConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum State {
        case waiting
        /// An observation is on its way through the policy.
        case busy
        /// An error was sent, or a close: nothing is read any more but the peer's close.
        case closing
    }

    private let service: PolicyService
    /// Kept from request to request; one request is prepared at a time.
    private let reader = SharedReader()
    private var state = State.waiting
    private var parts = MessageParts()
    private var unansweredPings = 0
    private var previousMilliseconds: Double?
    private var isLast = false

    init(_ service: PolicyService) { self.service = service }

    func handlerAdded(context: ChannelHandlerContext) {
        service.register(context.channel)
        send(.binary, ByteBuffer(bytes: service.shelf.current.greeting), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        service.forget(context.channel)
        state = .closing
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        unansweredPings = 0
        if state == .closing {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        do {
            try FrameRules.check(frame)
            switch frame.opcode {
            case .connectionClose: echoClose(frame, context)
            case .ping: send(.pong, frame.unmaskedData, context)
            case .pong: break
            default:
                let limit = service.options.maximumMessageBytes
                guard let message = try parts.add(frame, limit: limit) else { return }
                try receive(message, context)
            }
        } catch {
            end(with: error, context)
        }
    }

    private func receive(_ message: ByteBuffer, _ context: ChannelHandlerContext) throws {
        service.metrics.countRequest()
        guard state == .waiting else {
            throw ServingError(
                .outOfTurn,
                "an observation came before the one before it was answered; wait for each reply")
        }
        state = .busy
        let (service, reader, start) = (service, reader, DispatchTime.now())
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let answer: InferenceQueue.Answer = { result in
            loop.execute {
                let (handler, context) = connection.value
                handler.answer(result, since: start, context)
            }
        }
        service.preparation.async {
            do {
                service.queue.submit(
                    try reader.read(message, for: service.shelf.current, seed: service.nextSeed()),
                    answer: answer)
            } catch {
                answer(.failure(ServingError(refusing: error)))
            }
        }
    }

    private func answer(
        _ result: Result<InferenceAnswer, ServingError>, since start: DispatchTime,
        _ context: ChannelHandlerContext
    ) {
        guard state == .busy else { return }
        switch result {
        case .success(let answer):
            state = .waiting
            let milliseconds = start.millisecondsToNow
            let reply = answer.reply(
                serverMilliseconds: milliseconds, previousMilliseconds: previousMilliseconds)
            send(.binary, ByteBuffer(bytes: reply), context)
            previousMilliseconds = start.millisecondsToNow
            service.metrics.countReply(seconds: milliseconds / 1e3)
            if isLast { sayGoodbye(context) }
        case .failure(let error):
            end(with: error, context)
        }
    }

    /// A client that does not read is not read from either, so that replies do not pile up.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let channel = context.channel
        channel.setOption(.autoRead, value: channel.isWritable).whenFailure { _ in
            channel.close(promise: nil)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is IdleStateHandler.IdleStateEvent: lookAfterSilence(context)
        case is ServerIsStopping:
            // A robot that waits for actions gets them first.
            isLast = true
            if state != .busy { sayGoodbye(context) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// A robot may say nothing for hours, but its WebSocket answers pings.
    private func lookAfterSilence(_ context: ChannelHandlerContext) {
        guard state != .closing, unansweredPings < 2 else { return context.close(promise: nil) }
        unansweredPings += 1
        send(.ping, ByteBuffer(), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state != .closing else { return }
        guard let refused = ServingError(ofFrame: error, service.options.maximumMessageBytes) else {
            return context.close(promise: nil)  // the connection itself broke
        }
        end(with: refused, context)
    }

    // MARK: Ends

    /// The error as a text, then a close: the client's library shows both.
    private func end(with error: any Error, _ context: ChannelHandlerContext) {
        let error = ServingError(refusing: error)
        service.metrics.countError(error.code)
        send(.text, ByteBuffer(string: error.description), context)
        close(error.closeCode, reason: "see the message before", context)
    }

    /// Says goodbye, and gives the client time to read it: closing at once while more is arriving
    /// would take the words away from it.
    private func close(
        _ code: WebSocketErrorCode, reason: String, _ context: ChannelHandlerContext
    ) {
        guard state != .closing else { return }
        state = .closing
        parts = MessageParts()
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        data.writeString(reason)
        send(.connectionClose, data, context)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    private func sayGoodbye(_ context: ChannelHandlerContext) {
        close(.goingAway, reason: "the server is stopping", context)
    }

    private func echoClose(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        state = .closing
        var data = frame.unmaskedData
        let code = data.readSlice(length: min(2, data.readableBytes)) ?? ByteBuffer()
        let channel = context.channel
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: code))
        ).whenComplete { _ in channel.close(promise: nil) }
    }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}

/// Told to every connection when the server stops.
struct ServerIsStopping: Sendable {}

/// The reader of one connection, which works on the preparation queue.
private final class SharedReader: Sendable {
    private let reader = Mutex(RequestReader())

    func read(
        _ message: ByteBuffer, for served: ServedPolicy, seed: UInt64
    ) throws -> PreparedRequest {
        let value = try MessageDecoder.decode(Array(buffer: message))
        return try reader.withLock { try $0.read(value, for: served, seed: seed) }
    }
}
