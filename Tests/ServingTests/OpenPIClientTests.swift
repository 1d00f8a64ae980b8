import Digests
import Foundation
import Policies
import Serving
import Testing

/// openpi's own client, unmodified, from PyPI: `scripts/setup test` makes its environment.
@Suite("openpi-client", .serialized) struct OpenPIClientTests {
    private struct Result: Decodable {
        struct Metadata: Decodable {
            struct Embodiment: Decodable {
                let name: String
                let control_rate_hz: Double?
                let action_names: [String]
                let state_names: [String]
            }
            struct Observation: Decodable, Equatable {
                let key: String
                let dtype: String
                let shape: [Int]
            }
            let release: String
            let conditioning: String
            let embodiments: [Embodiment]
            let observation: [Observation]
            let history_length: Int
            let horizon: Int
            let executed_steps: Int
        }
        let metadata: Metadata
        let dtype: String
        let actions: [[Float]]
        let release: String
        let timings: [String]
        let policy_ms: Double
        let same: Bool
        let differs: Bool
        let broker: Bool
        let error: String
        let closed: String
        let wrongKey: String
        let noKey: String
        let after: Bool
    }

    @Test("it gets metadata, actions, errors and timings as from openpi's own server")
    func drives() throws {
        try withServer { server, policy, _ in
            let result = try drive(server)
            check(result.metadata, server)
            let states: [Float] = [0.1, -0.2, 0.3, 0.5, 1, 0.2, -0.2, 0.3, 0.25, 1]
            let expected = try Fixtures.expected(policy, seed: 11, states: states)
            #expect(result.dtype == "<f4")
            #expect(result.actions.count == 16 && result.actions.allSatisfy { $0.count == 3 })
            #expect(result.actions.flatMap(\.self) == expected)
            #expect(result.release == server.served.id.hex)
            #expect(result.timings == ["batch_size", "infer_ms", "prev_total_ms"])
            #expect(result.policy_ms > 0)
            #expect(result.same && result.differs && result.broker && result.after)
            #expect(result.error.hasPrefix("RuntimeError: Error in inference server:"))
            #expect(result.error.contains("does not know the instruction 'dance'"))
            #expect(result.closed.hasPrefix("ConnectionClosedError: received 1011"))
        }
    }

    private func check(_ metadata: Result.Metadata, _ server: PolicyServer) {
        #expect(metadata.release == server.served.id.hex)
        #expect(metadata.conditioning == "indicator")
        #expect(metadata.history_length == 2)
        #expect(metadata.horizon == 16 && metadata.executed_steps == 8)
        #expect(metadata.embodiments.map(\.name) == ["arm", "base"])
        #expect(metadata.embodiments.map(\.control_rate_hz) == [20, nil])
        #expect(metadata.embodiments[0].action_names == ["actions[0]", "actions[1]", "actions[2]"])
        #expect(metadata.embodiments[1].state_names == ["wheels[0]", "wheels[1]"])
        #expect(
            metadata.observation == [
                .init(key: "hand", dtype: "float32", shape: [3]),
                .init(key: "grip", dtype: "float32", shape: [2]),
                .init(key: "wheels", dtype: "float32", shape: [2]),
            ])
    }

    @Test("with its key it drives, with another or none it gets 401")
    func key() throws {
        try withServer(change: { $0.apiKey = "a key" }) { server, _, _ in
            let result = try drive(server, key: "a key")
            #expect(result.after)
            #expect(result.wrongKey.contains("HTTP 401"))
            #expect(result.noKey.contains("HTTP 401"))
        }
    }

    private func drive(_ server: PolicyServer, key: String? = nil) throws -> Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let python = root.appending(path: ".build/openpi-venv/bin/python")
        try #require(
            FileManager.default.isExecutableFile(atPath: python.path),
            "There is no \(python.path): run scripts/setup test.")
        let script = try #require(
            Bundle.module.url(forResource: "drive", withExtension: "py", subdirectory: "Clients"))
        let process = Process()
        process.executableURL = python
        process.arguments = [script.path, "\(server.port)"] + (key.map { [$0] } ?? [])
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        let words = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0, "\(String(decoding: words, as: UTF8.self))")
        return try JSONDecoder().decode(Result.self, from: data)
    }
}
