import Batching
import Digests
import Foundation
import Policies
import Serving
import Testing

@Suite("Policy server", .serialized) struct ServerTests {
    @Test("a robot gets the metadata first, and then what the policy itself would say")
    func answers() throws {
        try withServer { server, policy, _ in
            let (robot, metadata) = try RobotClient.connected(port: server.port)
            #expect(metadata["release"] == .text(server.served.id.hex))
            #expect(metadata["indicator"] == .text("positive"))
            #expect(metadata["horizon"] == .integer(16))
            let reply = try robot.infer(Fixtures.observation())
            #expect(reply["actions"]?.floats == (try Fixtures.expected(policy)))
            #expect(reply["release"] == .text(server.served.id.hex))
            #expect(reply["server_timing"]?["prev_total_ms"] == nil)
            let again = try robot.infer(Fixtures.observation())
            #expect(again["actions"] == reply["actions"])
            #expect(again["server_timing"]?["prev_total_ms"] != nil)
            for other in [
                Fixtures.observation(seed: 6), Fixtures.observation(prompt: "pull the cup"),
                Fixtures.observation(hand: [0.1, -0.2, 0.35]),
            ] {
                #expect(try robot.infer(other)["actions"] != reply["actions"])
            }
        }
    }

    @Test("history, whole states and single numbers mean what they say")
    func states() throws {
        try withServer { server, policy, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            func whole(_ states: [Float], _ shape: [Int]) throws -> [Float] {
                try robot.infer(
                    .named([
                        "state": .array(NumericArray(states, shape: shape)),
                        "prompt": .text("pull the cup"), "embodiment": .text("arm"),
                        "seed": .integer(9),
                    ]))["actions"]?.floats ?? []
            }
            let (old, new): ([Float], [Float]) = ([1, 0, 0, 0, 1], [0, 1, 0.5, 0, 0])
            #expect(
                try whole(old + new, [2, 5])
                    == Fixtures.expected(policy, seed: 9, states: old + new, task: 1))
            #expect(
                try whole(new, [5]) == Fixtures.expected(policy, seed: 9, states: new, task: 1))
            #expect(try whole(new, [1, 5]) == whole(new, [5]))
        }
    }

    @Test("at temperature 0 chance has no say, at 0.5 half of it")
    func temperature() throws {
        try withServer(change: { $0.asking = Asking(temperature: 0) }) { server, _, _ in
            let (robot, metadata) = try RobotClient.connected(port: server.port)
            #expect(metadata["temperature"] == .number(0))
            let one = try robot.infer(Fixtures.observation(seed: 6))["actions"]
            #expect(try one == robot.infer(Fixtures.observation(seed: 7))["actions"])
        }
        func spread(_ temperature: Float) throws -> Float {
            var largest: Float = 0
            try withServer(change: { $0.asking = Asking(temperature: temperature) }) {
                server, _, _ in
                let (robot, _) = try RobotClient.connected(port: server.port)
                let one = try robot.infer(Fixtures.observation(seed: 6))["actions"]?.floats ?? []
                let other = try robot.infer(Fixtures.observation(seed: 7))["actions"]?.floats ?? []
                largest = zip(one, other).map { abs($0 - $1) }.max() ?? 0
            }
            return largest
        }
        let (half, whole) = (try spread(0.5), try spread(1))
        #expect(half > 0 && half < whole)
    }

    @Test("a robot of a narrower kind gets its own columns, by the names in the manifest")
    func narrowRobot() throws {
        try withServer { server, _, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            let reply = try robot.infer(
                .named([
                    "wheels": .list([.number(0.5), .integer(-1)]), "embodiment": .text("base"),
                ]))
            guard case .array(let actions) = reply["actions"] else {
                Issue.record("no actions in \(reply)")
                return
            }
            #expect(actions.shape == [16, 2])
        }
    }

    @Test("a server that was told how to ask asks so")
    func indicator() throws {
        try withServer(change: { $0.asking = Asking(indicator: .negative) }) { server, policy, _ in
            let (robot, metadata) = try RobotClient.connected(port: server.port)
            #expect(metadata["indicator"] == .text("negative"))
            let actions = try robot.infer(Fixtures.observation())["actions"]?.floats
            #expect(actions == (try Fixtures.expected(policy, indicator: .negative)))
            #expect(actions != (try Fixtures.expected(policy)))
        }
    }

    @Test("robots that ask at the same time get what each would get alone")
    func batches() throws {
        try withServer { server, policy, _ in
            let robots = try (0..<8).map { _ in try RobotClient.connected(port: server.port).0 }
            for round in 0..<20 {
                for (place, robot) in robots.enumerated() {
                    try robot.send(Fixtures.observation(seed: Int64(round * 100 + place)))
                }
                for (place, robot) in robots.enumerated() {
                    let reply = try MessageDecoder.decode(try robot.receive().payload)
                    let alone = try Fixtures.expected(policy, seed: UInt64(round * 100 + place))
                    #expect(reply["actions"]?.floats.isNear(alone) == true)
                }
            }
        }
    }

    @Test("a message in several frames, with a ping between them, is one message")
    func fragments() throws {
        try withServer { server, policy, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            let bytes = MessageEncoder.encode(Fixtures.observation())
            try robot.send(2, Array(bytes[..<9]), isLast: false)
            try robot.send(9, [7, 8])
            try robot.send(0, [], isLast: false)
            try robot.send(0, Array(bytes[9...]))
            #expect(try robot.receive() == RobotClient.Frame(opcode: 10, payload: [7, 8]))
            let reply = try MessageDecoder.decode(try robot.receive().payload)
            #expect(reply["actions"]?.floats == (try Fixtures.expected(policy)))
        }
    }

    @Test("a close is answered with the same code")
    func closes() throws {
        try withServer { server, _, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            try robot.send(8, [0x03, 0xe8])
            #expect(try robot.receive().closeCode == 1000)
            #expect(try robot.rest().isEmpty)
        }
    }

    @Test("a stopping server says goodbye to its robots")
    func goodbye() throws {
        var robot: RobotClient?
        try withServer { server, _, _ in
            robot = try RobotClient.connected(port: server.port).0
        }
        #expect(try robot?.receive().closeCode == 1001)
    }

    @Test("a stopping server answers what it was asked before it says goodbye")
    func lastAnswers() throws {
        var robots: [RobotClient] = []
        var frames: [[RobotClient.Frame]] = []
        try withServer { server, _, _ in
            for _ in 0..<8 { robots.append(try RobotClient.connected(port: server.port).0) }
            for robot in robots {
                try robot.send(Fixtures.observation())
                try robot.send(9, [])
            }
            // A pong says that the observation before the ping is there, answered or not.
            for robot in robots { frames.append(try robot.receive(until: 10)) }
        }
        for (robot, before) in zip(robots, frames) {
            let all = before + (try robot.receive(until: 8))
            #expect(Set(all.map(\.opcode)) == [2, 10, 8] && all.count == 3)
            #expect(all.last?.closeCode == 1001)
        }
    }
}
