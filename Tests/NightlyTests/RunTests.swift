import Catalogue
import Foundation
import Nightly
import StageRuns
import TestSupport
import Testing

@Suite("A run") struct RunTests {
    @Test("is refused beside another run of the same pipeline, with the holder's name")
    func refusesSecondRun() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first")
            try scripted.addStage("second")
            let lock = try FileLock.acquire(
                scripted.workspace().lock(ofPipeline: "test"), for: "another night")
            let error = try await #require(throws: StageError.self) {
                try await scripted.night(twoStages).run()
            }
            #expect(error.exitCode == 75)
            #expect(
                error.message.contains(
                    "process \(ProcessInfo.processInfo.processIdentifier) (another night, since"))
            #expect(try scripted.callLines().isEmpty)
            _ = lock
        }
    }

    @Test("that was killed goes on under its name if the pipeline is the same")
    func goesOn() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "second"] { try scripted.addStage(name) }
            let night = try scripted.night(twoStages)
            let killed = try scripted.beginRun(night)
            #expect(try await night.run().run == killed)
            #expect(try scripted.states() == [killed: .succeeded])
        }
    }

    @Test("that was killed is settled, and another begins, if the pipeline has changed")
    func settles() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "second"] { try scripted.addStage(name) }
            let killed = try scripted.beginRun(scripted.night(twoStages))
            let result = try await scripted.night("name: test\nstages:\n  - stage: first\n").run()
            #expect(result.run != killed)
            #expect(try scripted.states() == [killed: .abandoned, result.run: .succeeded])
        }
    }

    @Test("waits for a stage that a killed night left running")
    func waitsForOrphan() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "second"] { try scripted.addStage(name) }
            let file = try scripted.workspace().lock(ofStage: "second")
            // Takes the lock as an orphan would, and frees it once the first stage was started.
            try scripted.addStage(
                "first",
                body:
                    "flock '\(file.path)' sh -c 'echo orphan-began >> \"$0\"; sleep 1; echo orphan-ended >> \"$0\"' \"$calls\" 2>/dev/null >/dev/null & while ! grep -q orphan-began \"$calls\"; do :; done"
            )
            let result = try await scripted.night(twoStages).run()
            #expect(result.state == .succeeded)
            #expect(
                try scripted.callLines().map { $0.split(separator: " ")[0] }
                    == ["first", "orphan-began", "orphan-ended", "second"])
        }
    }

    @Test("writes a page with every stage, and the page is found again")
    func writesPage() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first", result: #"{"episodes_accepted": 7}"#)
            try scripted.addStage("second", result: #"{"headline": "all <well>"}"#)
            let result = try await scripted.night(twoStages).run()
            let html = try String(contentsOfFile: result.report, encoding: .utf8)
            #expect(html.contains("episodes accepted 7"))
            #expect(html.contains("all &lt;well&gt;"))
            let page = try RunPage(run: nil, options: scripted.options)
            #expect(page.page == result.report)
            let lines = page.lines(width: 100, colours: false)
            #expect(lines[0].contains("episodes accepted 7"))
        }
    }

    @Test("shows in the status, and a run without a process shows as killed")
    func showsInStatus() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "second"] { try scripted.addStage(name) }
            let result = try await scripted.night(twoStages).run()
            let killed = try scripted.beginRun(
                scripted.night("name: other\nstages:\n  - stage: first\n"))
            try Data([1, 2, 3]).write(to: scripted.workspace().inbox.appending(path: "day.hdf5"))
            let status = try NightStatus(options: scripted.options)
            #expect(status.runs.map(\.run) == [killed, result.run])
            #expect(status.runs.map(\.state) == ["killed", "succeeded"])
            #expect(status.inboxFiles == 1)
            #expect(status.inboxBytes == 3)
            #expect(status.episodes == 0)
            #expect(status.working.isEmpty)
        }
    }
}

extension ScriptedNight {
    /// Records a run as a process would that is then killed; returns its name.
    fileprivate func beginRun(_ night: Night) throws -> String {
        let catalogue = try ExperienceCatalogue.open(
            workspace: workspace().root, databaseURL: nil)
        return try catalogue.beginRun(
            named: "2026-01-01-020000", pipeline: night.pipeline.name,
            configurationJSON: canonicalJSON(night.pipeline), at: timestamp()
        ).id
    }

    fileprivate func states() throws -> [String: RunState] {
        let catalogue = try ExperienceCatalogue.open(
            workspace: workspace().root, databaseURL: nil)
        return Dictionary(
            uniqueKeysWithValues: try catalogue.runs(limit: 10).map { ($0.id, $0.state) })
    }
}
