import Episodes
import Serving
import Testing

@Suite("Refusals", .serialized) struct RefusalTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let send: @Sendable (RobotClient) throws -> Void
        var closeCode = 1011
        let says: String
    }

    static let refusals = [
        Refusal(
            testDescription: "a text frame", send: { try $0.send(1, Array("hello".utf8)) },
            says: "found a text frame"),
        Refusal(
            testDescription: "bytes that are no msgpack", send: { try $0.send(2, [0xc1]) },
            says: "msgpack message at byte 0"),
        Refusal(
            testDescription: "an empty message", send: { try $0.send(2, []) },
            says: "the message ends after 0 bytes"),
        Refusal(
            testDescription: "a message that is no map", send: { try $0.send(.integer(3)) },
            says: "found an integer, expected a map"),
        Refusal(
            testDescription: "a truncated message",
            send: {
                try $0.send(2, Array(MessageEncoder.encode(Fixtures.observation()).dropLast(3)))
            },
            says: "the message ends"),
        Refusal(
            testDescription: "an unknown instruction",
            send: { try $0.send(Fixtures.observation(prompt: "push the cap")) },
            says: "did you mean 'push the cup'?"),
        Refusal(
            testDescription: "a wrong width",
            send: { try $0.send(Fixtures.observation(hand: [1, 2])) },
            says: "reading 'hand' of an observation: its shape is [2], expected [3]"),
        Refusal(
            testDescription: "a number that is none",
            send: { try $0.send(Fixtures.observation(grip: [0, .nan])) },
            says: "reading 'grip' of an observation: its number 1 is nan"),
        Refusal(
            testDescription: "a missing observation",
            send: {
                try $0.send(
                    .named(["prompt": .text("push the cup"), "embodiment": .text("arm")]))
            },
            says: "reading 'hand' of an observation: it is missing"),
        Refusal(
            testDescription: "no embodiment where there are two", send: { try $0.send(.map([])) },
            says: "reading 'embodiment' of an observation: it is missing"),
        Refusal(
            testDescription: "a seed that is a text",
            send: {
                guard case .map(let entries) = Fixtures.observation(seed: nil) else { return }
                try $0.send(.map(entries + [MessageEntry(.text("seed"), .text("x"))]))
            },
            says: "reading 'seed' of an observation: found a text"),
        Refusal(
            testDescription: "a second observation before the reply",
            send: { robot in
                let bytes = MessageEncoder.encode(Fixtures.observation())
                // In one write, so that both are there before a thread can answer the first.
                try robot.sendTogether([bytes, bytes, bytes])
            },
            says: "before the one before it was answered"),
        Refusal(
            testDescription: "a message longer than the limit",
            send: { try $0.send(2, [UInt8](repeating: 0, count: 5000)) }, closeCode: 1009,
            says: "longer than 4096 bytes"),
        Refusal(
            testDescription: "a length that no bytes stand behind",
            send: { try $0.write([0x82, 0xff, 0, 0, 0, 0xff, 0, 0, 0, 0]) }, closeCode: 1009,
            says: "longer than 4096 bytes"),
        Refusal(
            testDescription: "fragments that are too long together",
            send: { robot in
                try robot.send(2, [UInt8](repeating: 0, count: 3000), isLast: false)
                try robot.send(0, [UInt8](repeating: 0, count: 3000))
            }, closeCode: 1009, says: "longer than 4096 bytes"),
        Refusal(
            testDescription: "a frame without a mask",
            send: { try $0.send(2, [0x80], isMasked: false) }, closeCode: 1002,
            says: "not masked"),
        Refusal(
            testDescription: "a continuation of nothing",
            send: { try $0.send(0, [1]) }, closeCode: 1002, says: "out of order"),
        Refusal(
            testDescription: "a long ping",
            send: { try $0.send(9, [UInt8](repeating: 0, count: 126)) }, closeCode: 1002,
            says: "control frame"),
        Refusal(
            testDescription: "an unknown opcode", send: { try $0.send(3, []) }, closeCode: 1002,
            says: "unknown opcode"),
        Refusal(
            testDescription: "a compressed frame",
            send: { try $0.write([0xc2, 0x81, 0, 0, 0, 0, 0]) }, closeCode: 1002,
            says: "an extension"),
    ]

    @Test(
        "each is told in a text and a close, and costs nobody else anything", arguments: refusals)
    func refuses(refusal: Refusal) throws {
        try withServer(change: { $0.maximumMessageBytes = 4096 }) { server, policy, _ in
            let (good, _) = try RobotClient.connected(port: server.port)
            let expected = try Fixtures.expected(policy)
            let (bad, _) = try RobotClient.connected(port: server.port)
            try refusal.send(bad)
            #expect(
                try good.infer(Fixtures.observation())["actions"]?.floats.isNear(expected) == true)
            var frame = try bad.receive()
            while frame.opcode == 2 { frame = try bad.receive() }
            #expect(frame.opcode == 1 && frame.text.contains(refusal.says), "\(frame.text)")
            #expect(try bad.receive().closeCode == refusal.closeCode)
            try? bad.send(8, [])  // it may be closed already
            #expect(
                try good.infer(Fixtures.observation())["actions"]?.floats.isNear(expected) == true)
        }
    }

    @Test("robots that leave in the middle cost nobody anything")
    func leavers() throws {
        try withServer { server, policy, _ in
            let (good, _) = try RobotClient.connected(port: server.port)
            let message = MessageEncoder.encode(Fixtures.observation())
            for count in [0, 1, 3, message.count] {
                let (leaver, _) = try RobotClient.connected(port: server.port)
                try leaver.write([0x82, 0xfe, 0, UInt8(message.count & 0xff), 0, 0, 0, 0])
                try leaver.write(Array(message.prefix(count)))
            }
            let actions = try good.infer(Fixtures.observation())["actions"]?.floats
            #expect(actions?.isNear(try Fixtures.expected(policy)) == true)
        }
    }

    @Test("garbage instead of HTTP ends that connection alone")
    func garbage() throws {
        try withServer { server, _, _ in
            let client = try RobotClient(port: server.port)
            try client.write([UInt8](repeating: 0xff, count: 300) + [13, 10, 13, 10])
            _ = try client.rest()
            let (good, _) = try RobotClient.connected(port: server.port)
            #expect(try good.infer(Fixtures.observation())["actions"] != nil)
        }
    }
}

extension RobotClient {
    /// Binary frames in one write.
    func sendTogether(_ payloads: [[UInt8]]) throws {
        var bytes: [UInt8] = []
        for payload in payloads {
            bytes += [0x82, 0xfe, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
            bytes += [0, 0, 0, 0] + payload
        }
        try write(bytes)
    }
}
