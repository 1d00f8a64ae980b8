import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
package import StageRuns

/// A WebSocket server that speaks the protocol of openpi's clients: docs/serving.md.
package final class PolicyServer: Sendable {
    /// What it listens on.
    package let host: String
    /// The port, also where any free one was asked for.
    package let port: Int

    private let service: PolicyService
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let follower: ChannelFollower?

    /// Loads the policy, and serves it from now on.
    ///
    /// - Throws: `StageError` where there is no policy or no such address, or what verification
    ///   found.
    package init(_ options: ServingOptions, log: StageLog = StageLog(stage: "serve-policy")) throws
    {
        let service = PolicyService(
            options: options, serving: try options.source.loadFirst(options.asking))
        self.service = service
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: max(2, ProcessInfo.processInfo.activeProcessorCount))
        do {
            listener = try Self.bootstrap(service, group)
                .bind(host: options.host, port: options.port).wait()
        } catch {
            try? group.syncShutdownGracefully()  // the error below says more
            throw StageError.unavailable(
                "cannot listen on \(options.host):\(options.port): \(error)",
                next: "Give another --port, 0 for any free one, or end the program that has it.")
        }
        self.group = group
        host = options.host
        port = listener.localAddress?.port ?? options.port
        follower = ChannelFollower(options, service, log)
        follower?.start()
    }

    /// The policy that is served now.
    package var served: ServedPolicy { service.shelf.current }

    /// Says goodbye to all robots, and frees the port.
    package func stop() throws {
        follower?.stop()
        try? listener.close().wait()  // it may be closed already
        let robots = service.connected
        for robot in robots { robot.pipeline.fireUserInboundEventTriggered(ServerIsStopping()) }
        // Each closes when it has read that, or after two seconds.
        for robot in robots { try? robot.closeFuture.wait() }
        try group.syncShutdownGracefully()
    }

    private static func bootstrap(
        _ service: PolicyService, _ group: MultiThreadedEventLoopGroup
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                guard service.admits(socket: channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture { try prepare(channel, service) }
            }
    }

    /// HTTP, until a WebSocket is asked for.
    private static func prepare(_ channel: any Channel, _ service: PolicyService) throws {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: service.options.maximumMessageBytes, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let key = head.headers.first(name: "authorization")
                let isAdmitted = service.admits(authorization: key) && service.hasRoom
                return channel.eventLoop.makeSucceededFuture(isAdmitted ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(readTimeout: .seconds(20)))
                    try pipeline.addHandler(RobotConnection(service))
                }
            })
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(
                        name: PlainRequests.name, promise: nil)
                }
            ))
        try pipeline.addHandler(PlainRequests(service), name: PlainRequests.name)
    }
}

extension ChannelFollower {
    /// Nil where the source is not a channel.
    convenience init?(_ options: ServingOptions, _ service: PolicyService, _ log: StageLog) {
        guard case .channel(let name, let workspace) = options.source else { return nil }
        self.init(
            channel: name, workspace: workspace, asking: options.asking, shelf: service.shelf,
            metrics: service.metrics, log: log)
    }
}
