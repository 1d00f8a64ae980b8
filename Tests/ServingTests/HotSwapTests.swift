import Digests
import Foundation
import Policies
import Releases
import Serving
import Testing

@Suite("Hot swap", .serialized) struct HotSwapTests {
    @Test("when the channel moves, robots that go on asking get the new release's actions")
    func swaps() throws {
        try withServer { server, old, workspace in
            let robots = try (0..<4).map { _ in try RobotClient.connected(port: server.port).0 }
            let new = try Fixtures.policy(seed: 2)
            let release = try Fixtures.release(new, in: workspace)
            let (before, after) = (try Fixtures.expected(old), try Fixtures.expected(new))
            try #require(!before.isNear(after))
            let first = server.served.id
            func ask() throws -> Set<MessageValue.Name> {
                for robot in robots { try robot.send(Fixtures.observation()) }
                return Set(
                    try robots.map { robot in
                        let reply = try MessageDecoder.decode(try robot.receive().payload)
                        let name = try #require(reply["release"].flatMap(MessageValue.Name.init))
                        let expected = name.text == first.hex ? before : after
                        #expect(reply["actions"]?.floats.isNear(expected) == true)
                        return name
                    })
            }
            #expect(try ask() == [.init(text: first.hex)])
            try ChannelLinks(workspace: workspace).point("production", at: release)
            var seen: Set<MessageValue.Name> = []
            // The pointer is read twice a second; the robots never stop.
            while server.served.id == first { seen.formUnion(try ask()) }
            #expect(try ask() == [.init(text: release.hex)])
            #expect(seen.contains(.init(text: first.hex)))
            #expect(try RobotClient.connected(port: server.port).1["release"] == .text(release.hex))
        }
    }

    @Test("a release that is not what was signed is not served, and is counted")
    func refusesDamaged() throws {
        try withServer { server, old, workspace in
            let (robot, _) = try RobotClient.connected(port: server.port)
            let release = try Fixtures.release(try Fixtures.policy(seed: 2), in: workspace)
            let weights = ReleaseStore(workspace: workspace).url(of: release)
                .appending(path: "weights.safetensors")
            var bytes = Array(try Data(contentsOf: weights))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: weights)
            try ChannelLinks(workspace: workspace).point("production", at: release)
            while try metric("release_refusals_total", server) == 0 {
                _ = try robot.infer(Fixtures.observation())
            }
            let actions = try robot.infer(Fixtures.observation())["actions"]?.floats
            #expect(actions == (try Fixtures.expected(old)))
            #expect(server.served.id != release)
            // A good one after it is taken at once.
            let good = try Fixtures.release(try Fixtures.policy(seed: 3), in: workspace)
            try ChannelLinks(workspace: workspace).point("production", at: good)
            while server.served.id != good { _ = try robot.infer(Fixtures.observation()) }
            #expect(try metric("release_swaps_total", server) == 1)
        }
    }

    private func metric(_ name: String, _ server: PolicyServer) throws -> Int? {
        let client = try RobotClient(port: server.port)
        _ = try client.request(["GET /metrics HTTP/1.1", "Host: robot"])
        let lines = String(decoding: try client.rest(), as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("nightshift_serve_\(name) ") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
    }
}

extension MessageValue {
    /// A text that can be a member of a set.
    struct Name: Hashable {
        let text: String

        init(text: String) { self.text = text }

        init?(_ value: MessageValue) {
            guard case .text(let text) = value else { return nil }
            self.text = text
        }
    }
}
