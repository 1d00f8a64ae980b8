import Serving
import Testing

@Suite("Limits", .serialized) struct LimitTests {
    @Test("a robot that pings and never reads is not read from either")
    func neverReads() throws {
        try withServer { server, policy, _ in
            let (flood, _) = try RobotClient.connected(port: server.port)
            let limit = 256 << 20
            #expect(try flood.pingUntilStuck(limit: limit) < limit)
            let (good, _) = try RobotClient.connected(port: server.port)
            let actions = try good.infer(Fixtures.observation())["actions"]?.floats
            #expect(actions == (try Fixtures.expected(policy)))
        }
    }

    @Test("more sockets than robots may have are closed, and the robots go on")
    func manySockets() throws {
        try withServer(change: { $0.maximumConnections = 1 }) { server, _, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            let idle = try (0..<64).map { _ in try RobotClient(port: server.port) }
            // The robot and 64 others are in; the next is closed without a word.
            #expect(try RobotClient(port: server.port).rest().isEmpty)
            #expect(try robot.infer(Fixtures.observation())["actions"] != nil)
            #expect(idle.count == 64)
        }
    }

    @Test("a message of many megabytes is read, up to the limit")
    func large() throws {
        try withServer { server, policy, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            guard case .map(let entries) = Fixtures.observation() else { return }
            // A camera that this policy does not look at.
            let picture = MessageEntry(
                .text("wrist"), .binary(ArraySlice(repeating: 7, count: 20 << 20)))
            let actions = try robot.infer(.map(entries + [picture]))["actions"]?.floats
            #expect(actions == (try Fixtures.expected(policy)))
        }
    }
}
