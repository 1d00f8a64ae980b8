import Digests
import Serving
import Testing

@Suite("Plain HTTP", .serialized) struct HTTPTests {
    private func answer(_ server: PolicyServer, _ lines: [String]) throws -> (String, String) {
        let client = try RobotClient(port: server.port)
        let head = try client.request(lines + ["Host: robot"])
        return (head, String(decoding: try client.rest(), as: UTF8.self))
    }

    @Test("health is OK, and everything else but metrics wants a WebSocket")
    func health() throws {
        try withServer { server, _, _ in
            let (head, body) = try answer(server, ["GET /healthz HTTP/1.1"])
            #expect(head.hasPrefix("HTTP/1.1 200 OK") && body == "OK\n")
            #expect(
                try answer(server, ["GET / HTTP/1.1"]).0.hasPrefix("HTTP/1.1 426 Upgrade Required"))
            #expect(
                try answer(server, ["POST /healthz HTTP/1.1", "Content-Length: 0"]).0
                    .hasPrefix("HTTP/1.1 426"))
        }
    }

    @Test("metrics count requests, errors, batches and robots, and name the release")
    func metrics() throws {
        try withServer { server, _, _ in
            let (robot, _) = try RobotClient.connected(port: server.port)
            for _ in 0..<3 { _ = try robot.infer(Fixtures.observation()) }
            let (bad, _) = try RobotClient.connected(port: server.port)
            try bad.send(1, [])
            #expect(try bad.receive().opcode == 1)
            let (_, body) = try answer(server, ["GET /metrics HTTP/1.1"])
            for line in [
                "requests_total 3", "errors_total{reason=\"text_frame\"} 1",
                "request_seconds_count 3", "batch_size_sum 3.0", "connections_total 2",
                "release_swaps_total 0", "release_refusals_total 0",
            ] {
                #expect(body.contains("nightshift_serve_\(line)\n"), "\(line) in \(body)")
            }
            #expect(body.contains("release_info{release=\"\(server.served.id.hex)\""))
        }
    }

    @Test(
        "without the right key there is no WebSocket",
        arguments: ["", "Api-Key", "Api-Key secreT", "Api-Key secret2", "Bearer secret"])
    func wrongKey(authorization: String) throws {
        try withServer(change: { $0.apiKey = "secret" }) { server, _, _ in
            let client = try RobotClient(port: server.port)
            let head = try client.shakeHands(headers: ["Authorization: \(authorization)"])
            #expect(head.hasPrefix("HTTP/1.1 401 Unauthorized"))
            let (robot, _) = try RobotClient.connected(
                port: server.port, headers: ["Authorization: Api-Key secret"])
            #expect(try robot.infer(Fixtures.observation())["actions"] != nil)
        }
    }

    @Test("one robot too many is told so, and may come when another has gone")
    func full() throws {
        try withServer(change: { $0.maximumConnections = 1 }) { server, _, _ in
            var first: RobotClient? = try RobotClient.connected(port: server.port).0
            #expect(
                try RobotClient(port: server.port).shakeHands()
                    .hasPrefix("HTTP/1.1 503 Service Unavailable"))
            try first?.send(8, [])
            #expect(try first?.receive().opcode == 8)
            #expect(try first?.rest().isEmpty == true)
            first = nil
            // The server forgets a connection just before or after its end is seen here.
            var status = ""
            for _ in 0..<100 where !status.hasPrefix("HTTP/1.1 101") {
                status = try RobotClient(port: server.port).shakeHands()
            }
            #expect(status.hasPrefix("HTTP/1.1 101"))
        }
    }
}
