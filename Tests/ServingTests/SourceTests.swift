import Batching
import Digests
import Foundation
import Policies
import Releases
import Serving
import StageRuns
import TestSupport
import Testing

@Suite("Sources of policies") struct SourceTests {
    @Test("bare weights are served under their SHA-256, asked as their conditioning says")
    func weights() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "weights.safetensors")
            let policy = try Fixtures.policy()
            for (conditioning, indicator) in [
                ("indicator", Indicator.positive), ("weight", .absent),
            ] {
                let bytes = policy.checkpoint(metadata: ["conditioning": conditioning])
                try Data(bytes).write(to: file)
                let served = try PolicySource.weights(file).load(Asking())
                #expect(served.id == Digest.of(bytes))
                #expect(served.indicator == indicator && served.conditioning == conditioning)
            }
            #expect(
                try PolicySource.weights(file).load(Asking(indicator: .negative)).indicator
                    == .negative)
        }
    }

    @Test("a release is found by the first digits of its id, if they are enough")
    func prefix() throws {
        try withTemporaryDirectory { workspace in
            let release = try Fixtures.release(try Fixtures.policy(), in: workspace)
            for digits in [6, 12, 64] {
                let source = PolicySource.release(
                    String(release.hex.prefix(digits)), workspace: workspace)
                #expect(try source.load(Asking()).id == release)
            }
            let error = #expect(throws: StageError.self) {
                try PolicySource.release(String(release.hex.prefix(5)), workspace: workspace)
                    .load(Asking())
            }
            #expect(error?.exitCode == 2)
        }
    }

    @Test("a channel that points nowhere is unavailable, and says what to do")
    func emptyChannel() throws {
        try withTemporaryDirectory { workspace in
            let error = #expect(throws: StageError.self) {
                try PolicySource.channel("production", workspace: workspace).load(Asking())
            }
            #expect(error?.exitCode == 69)
            #expect(error?.message.contains("points at no release") == true)
        }
    }

    @Test("a release that somebody else signed is refused")
    func foreignKey() throws {
        try withTemporaryDirectory { workspace in
            let release = try Fixtures.release(try Fixtures.policy(), in: workspace)
            try FileManager.default.removeItem(at: workspace.appending(path: "keys"))
            _ = try SigningKeyFile(workspace: workspace).openOrCreate()
            #expect(throws: ReleaseError.self) {
                try PolicySource.release(release.hex, workspace: workspace).load(Asking())
            }
        }
    }

    @Test("a port that somebody has is unavailable")
    func portTaken() throws {
        try withServer { server, _, workspace in
            let options = ServingOptions(
                source: .channel("production", workspace: workspace), port: server.port)
            let error = #expect(throws: StageError.self) { try PolicyServer(options) }
            #expect(error?.exitCode == 69)
        }
    }

    @Test("a key is read without the line's end, and an empty file is no key")
    func apiKey() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "key")
            try Data("secret\n".utf8).write(to: file)
            #expect(try readAPIKey(at: file) == "secret")
            try Data("\n".utf8).write(to: file)
            #expect(throws: StageError.self) { try readAPIKey(at: file) }
        }
    }
}
