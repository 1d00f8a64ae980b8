import Foundation
import ShadowEvaluation
import StageRuns
import TestSupport
import Testing

@Suite("The command of a simulator") struct SimulatorCommandTests {
    /// Runs a shell script as the simulator, and returns what it printed.
    private func run(
        _ script: String, with values: [String: String] = [:], seconds: Double = 30, in root: URL
    ) throws -> String {
        let output = root.appending(path: "output")
        try SimulatorCommand(
            words: ["sh", "-c", script, "{seed}", "--weights={weights}"], timeLimitSeconds: seconds
        ).run(with: values, output: output, log: root.appending(path: "log"))
        return try String(contentsOf: output, encoding: .utf8)
    }

    @Test("has its placeholders replaced, and knows where the programs are")
    func placeholders() throws {
        try withTemporaryDirectory { root in
            let text = try run(
                #"echo "$0 $1 ${NIGHTSHIFT_PROGRAMS:?}"; echo noise >&2"#,
                with: ["seed": "7", "weights": "/a b"], in: root)
            #expect(text.hasPrefix("7 --weights=/a b /"))
            let log = try String(contentsOf: root.appending(path: "log"), encoding: .utf8)
            #expect(log == "noise\n")
        }
    }

    @Test("that fails is an unavailable service, with its exit code and last words")
    func failure() throws {
        try withTemporaryDirectory { root in
            let error = #expect(throws: StageError.self) {
                try run("echo no display >&2; exit 3", in: root)
            }
            #expect(error?.exitCode == 69)
            #expect(error?.message.contains("exit code 3") == true)
            #expect(error?.message.contains("no display") == true)
            let signalled = #expect(throws: StageError.self) { try run("kill -9 $$", in: root) }
            #expect(signalled?.message.contains("signal 9") == true)
        }
    }

    @Test("that takes too long is killed with all that it has started")
    func timeLimit() throws {
        try withTemporaryDirectory { root in
            let script = "sleep 600 & echo $!; trap '' TERM; sleep 600; sleep 600"
            let error = #expect(throws: StageError.self) {
                try run(script, seconds: 0.5, in: root)
            }
            #expect(error?.exitCode == 69)
            #expect(error?.message.contains("simulatorTimeLimitSeconds") == true)
            let isGone = try isGone(processIn: root.appending(path: "output"))
            #expect(isGone)
        }
    }

    @Test("that leaves processes behind does not wait for them, and they are killed")
    func leftovers() throws {
        try withTemporaryDirectory { root in
            _ = try run("sleep 600 & echo $!", in: root)
            let isGone = try isGone(processIn: root.appending(path: "output"))
            #expect(isGone)
        }
    }

    /// Whether the process whose number is in the file has ended; who reaps it is another matter.
    private func isGone(processIn file: URL) throws -> Bool {
        let number = try String(contentsOf: file, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try #require(!number.isEmpty)
        for _ in 0..<200 {
            guard let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
                !status.contains(") Z ")
            else { return true }
            Thread.sleep(forTimeInterval: 0.02)  // SIGKILL was sent; the kernel takes its time.
        }
        return false
    }

    @Test("whose program does not exist says where it was looked for")
    func noProgram() throws {
        try withTemporaryDirectory { root in
            for name in ["no-such-simulator", "/no/such/simulator"] {
                let error = #expect(throws: StageError.self) {
                    try SimulatorCommand(words: [name], timeLimitSeconds: 1).run(
                        with: [:], output: root.appending(path: "output"),
                        log: root.appending(path: "log"))
                }
                #expect(error?.exitCode == 69)
                #expect(error?.message.contains(name) == true)
            }
        }
    }
}

@Suite("What a simulator prints") struct SimulatorOutputTests {
    private let line =
        #"{"task": "open", "embodiment": "arm", "seed": 3, "success": true, "steps": 40, "seconds": 0.5}"#

    @Test("is one episode a line, and keys that nobody asked for are no harm")
    func episodes() throws {
        let other = line.replacing("3", with: "4").replacing("{", with: #"{"note": [1], "#)
        let output = try SimulatorOutput(
            Data("\(line)\n\n\(other)\r\n".utf8), source: "test")
        #expect(output.episodes.count == 2)
        #expect(output.episodes.values.allSatisfy { $0.success && $0.seconds == 0.5 })
    }

    @Test(
        "is refused where it is anything else, with the line and what is wrong",
        arguments: [
            ("Loading the simulator…", "line 2 of test: found 'Loading the simulator…'"),
            (#"{"task": "open"}"#, "lacks 'embodiment'"),
            (
                #"{"task": "open", "embodiment": "arm", "seed": 4, "success": 1, "steps": 4, "seconds": 1}"#,
                "whose 'success' is not of type Bool"
            ),
            (
                #"{"task": "open", "embodiment": "arm", "seed": -4, "success": true, "steps": 4, "seconds": 1}"#,
                "not a JSON object"
            ),
            (
                #"{"task": "open", "embodiment": "arm", "seed": 4, "success": true, "steps": 4, "seconds": 0}"#,
                "expected both above 0"
            ),
            (
                #"{"task": "open", "embodiment": "arm", "seed": 3, "success": true, "steps": 4, "seconds": 1}"#,
                "a second episode of 'open' from seed 3"
            ),
        ])
    func refusals(text: String, telling: String) throws {
        let error = #expect(throws: StageError.self) {
            try SimulatorOutput(Data("\(line)\n\(text)\n".utf8), source: "test")
        }
        #expect(error?.exitCode == 65)
        #expect(error?.message.contains(telling) == true, "\(error?.message ?? "")")
    }
}
