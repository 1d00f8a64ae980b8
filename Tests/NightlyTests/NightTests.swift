import Catalogue
import Foundation
import Nightly
import StageRuns
import TestSupport
import Testing

@Suite("A night") struct NightTests {
    @Test("runs the stages in order and sums up what they print")
    func runsStagesInOrder() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first", result: #"{"episodes": 3, "reused": true}"#)
            try scripted.addStage("second", result: #"{"release": "abc", "channel": "shadow"}"#)

            let result = try await scripted.night(twoStages).run()

            #expect(
                try scripted.callLines().map { $0.prefix(6).trimmingCharacters(in: .whitespaces) }
                    == ["first", "second"])
            #expect(result.state == .succeeded)
            #expect(result.release == "abc")
            #expect(result.channel == "shadow")
            #expect(result.stages.map(\.reused) == [true, false])
            #expect(!result.nothingNew)
            #expect(
                result.stages[0].summary == .map(["episodes": .whole(3), "reused": .flag(true)]))
        }
    }

    @Test("hands each stage the workspace, the run, and its settings as a file")
    func handsSettingsOn() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage(
                "first",
                body: #"cat "$5" > "$calls.settings"; echo "$NIGHTSHIFT_RUN" > "$calls.run""#)
            let result = try await scripted.night(
                "name: test\nstages:\n  - stage: first\n    settings:\n      rate: 0.5\n"
            ).run()

            let workspace = scripted.options.workspace.standardizedFileURL.path
            let config = "\(workspace)/runs/\(result.run)/first/config.yaml"
            #expect(
                try scripted.callLines() == [
                    "first --workspace \(workspace) --json --config \(config)"
                ])
            let settings = try String(
                contentsOf: scripted.root.appending(path: "calls.settings"), encoding: .utf8)
            #expect(settings.contains("\"rate\" : 0.5"))
            let run = try String(
                contentsOf: scripted.root.appending(path: "calls.run"), encoding: .utf8)
            #expect(run == result.run + "\n")
        }
    }

    @Test("says that nothing is new when every stage reused its work")
    func saysNothingNew() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "second"] {
                try scripted.addStage(name, result: #"{"reused": true}"#)
            }
            let result = try await scripted.night(twoStages).run()
            #expect(result.nothingNew)
            #expect(result.lines.first?.contains("nothing new: no stage had work to do") == true)
        }
    }

    @Test(
        "ends at a stage that fails, with its exit code, its words and its log",
        arguments: [65, 69, 70, 75])
    func endsAtFailure(code: Int32) async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage(
                "first",
                body:
                    "echo working >&2; echo 'error: no wheat' >&2; echo 'Buy some.' >&2; exit \(code)"
            )
            try scripted.addStage("second")

            let result = try await scripted.night(twoStages).run()

            #expect(result.state == .failed)
            #expect(try scripted.callLines().count == 1)
            let failure = try #require(result.failure)
            #expect(failure.exitCode == code)
            #expect(
                failure.message == "first failed with exit code \(code): error: no wheat\nBuy some."
            )
            #expect(failure.next == "Look into its log: \(result.stages[0].log)")
            let log = try String(contentsOfFile: result.stages[0].log, encoding: .utf8)
            #expect(log == "working\nerror: no wheat\nBuy some.\n")
            let catalogue = try ExperienceCatalogue.open(
                workspace: scripted.options.workspace, databaseURL: nil)
            #expect(try catalogue.latestRun()?.state == .failed)
        }
    }

    @Test("reports a stage that a signal killed")
    func reportsKilledStage() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first", body: "kill -9 $$")
            let result = try await scripted.night("name: test\nstages:\n  - stage: first\n").run()
            #expect(result.state == .failed)
            #expect(result.failure?.exitCode == 70)
            #expect(result.failure?.message.contains("killed by signal 9") == true)
        }
    }

    @Test("refuses a stage's output that is no JSON, and names the file")
    func refusesBadOutput() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first", result: "done")
            let error = try await #require(throws: StageError.self) {
                try await scripted.night("name: test\nstages:\n  - stage: first\n").run()
            }
            #expect(error.message.contains("result.json"))
        }
    }
}
