import Foundation
import Nightly
import StageRuns
import TestSupport
import Testing

@Suite("A rerun of a stage") struct StageRerunTests {
    private static let pipeline = """
        name: test
        stages:
          - stage: first
            settings:
              rate: 1
          - stage: promote
        """

    @Test("forces a new attempt with the settings of the newest run, and promotes nothing")
    func forces() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "promote"] { try scripted.addStage(name) }
            _ = try await scripted.night(Self.pipeline).run()
            let result = try await scripted.rerun("first", movesChannels: false).run()
            let calls = try scripted.callLines()
            #expect(calls.count == 3)
            #expect(calls[2].hasPrefix("first "))
            #expect(calls[2].hasSuffix("--force"))
            #expect(calls[2].contains("--config"))
            #expect(result.stages.map(\.stage) == ["first"])
        }
    }

    @Test("promotes afterwards if that was allowed")
    func promotes() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            for name in ["first", "promote"] { try scripted.addStage(name) }
            let result = try await scripted.rerun("first", movesChannels: true).run()
            #expect(result.stages.map(\.stage) == ["first", "promote"])
        }
    }

    @Test("of promote is refused unless it may move channels")
    func refusesPromote() throws {
        try withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("promote")
            let error = try #require(throws: StageError.self) {
                try scripted.rerun("promote", movesChannels: false)
            }
            #expect(error.exitCode == 2)
            #expect(error.next.contains("--promote"))
        }
    }

    @Test("from a run that does not exist is refused")
    func refusesUnknownRun() async throws {
        try await withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("first")
            let error = try await #require(throws: StageError.self) {
                try await scripted.rerun("first", origin: "never", movesChannels: false).run()
            }
            #expect(error.message.contains("no run 'never' with the stage first"))
        }
    }
}

extension ScriptedNight {
    fileprivate func rerun(
        _ stage: String, origin: String? = nil, movesChannels: Bool
    ) throws -> StageRerun {
        try StageRerun(
            stage: stage, origin: origin, movesChannels: movesChannels, options: options,
            environment: ["NIGHTSHIFT_BIN": programs.path])
    }
}
