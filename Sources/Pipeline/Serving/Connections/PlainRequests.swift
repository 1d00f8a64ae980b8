import NIOCore
import NIOHTTP1

/// Answers HTTP requests that did not become WebSockets, and ends their connection.
final class PlainRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// By this name it is removed from a connection that becomes a WebSocket.
    static let name = "nightshift.plain"
    /// How long a client may take to say what it wants.
    static let patience = TimeAmount.seconds(10)

    private let service: PolicyService
    private var head: HTTPRequestHead?
    private var deadline: Scheduled<Void>?

    init(_ service: PolicyService) { self.service = service }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.scheduleTask(in: Self.patience) {
            [channel = context.channel] in
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head = head.take() else { return }
            answer(head, context)
        }
    }

    /// A request that is no HTTP is answered with 400 by NIO's own handler.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is IOError else { return }
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = head.uri.prefix { $0 != "?" }
        if head.headers.contains(name: "upgrade") { return refuse(head, context) }
        switch (head.method, path) {
        case (.GET, "/healthz"), (.HEAD, "/healthz"):
            send(.ok, "OK\n", head, context)
        case (.GET, "/metrics"), (.HEAD, "/metrics"):
            let text = service.metrics.text(
                serving: service.shelf.current, source: service.options.source)
            send(.ok, text, head, context, type: "text/plain; version=0.0.4; charset=utf-8")
        default:
            send(
                .upgradeRequired,
                "This is a policy server: connect with a WebSocket, as openpi-client does.\n",
                head, context, extra: [("Upgrade", "websocket")])
        }
    }

    /// A WebSocket that was not admitted.
    private func refuse(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if !service.admits(authorization: head.headers.first(name: "authorization")) {
            service.metrics.countRefusedConnection("api_key")
            send(
                .unauthorized, "The header 'Authorization: Api-Key …' is missing or wrong.\n", head,
                context, extra: [("WWW-Authenticate", "Api-Key")])
        } else if !service.hasRoom {
            service.metrics.countRefusedConnection("full")
            send(
                .serviceUnavailable,
                "\(service.options.maximumConnections) robots are connected, which is the limit.\n",
                head, context, extra: [("Retry-After", "5")])
        } else {
            send(
                .badRequest, "This is no WebSocket handshake of version 13 (RFC 6455).\n", head,
                context)
        }
    }

    private func send(
        _ status: HTTPResponseStatus, _ text: String, _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext, type: String = "text/plain; charset=utf-8",
        extra: [(String, String)] = []
    ) {
        var headers = HTTPHeaders(extra)
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Content-Length", value: "\(text.utf8.count)")
        headers.add(name: "Connection", value: "close")
        context.write(
            wrapOutboundOut(
                .head(HTTPResponseHead(version: head.version, status: status, headers: headers))),
            promise: nil)
        if head.method != .HEAD {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
