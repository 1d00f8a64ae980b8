import Foundation
import Nightly
import StageRuns
import TestSupport
import Testing

@Suite("A pipeline file") struct PipelineTests {
    @Test("keeps the order of its stages and the types of their settings")
    func keepsOrder() throws {
        let pipeline = try parse(
            """
            name: nightly
            stages:
              - stage: ingest
              - stage: fine-tune
                settings:
                  steps: 100
                  learningRate: 3e-4
                  preset: tiny
                  resume: true
            """)
        #expect(pipeline.stages.map(\.stage) == ["ingest", "fine-tune"])
        #expect(
            pipeline.stages[1].settings
                == .map([
                    "steps": .whole(100), "learningRate": .number(3e-4), "preset": .text("tiny"),
                    "resume": .flag(true),
                ]))
    }

    @Test(
        "is refused with every problem named",
        arguments: [
            ("stages:\n  - stage: ingest", "'name' is ''"),
            ("name: a/b\nstages:\n  - stage: ingest", "'name' is 'a/b'"),
            ("name: n", "'stages' is empty"),
            ("name: n\nstages:\n  - stage: ../ingest", "'stages.0.stage' is '../ingest'"),
            ("name: n\nstages:\n  - stage: x\n  - stage: x", "'stages' has x twice"),
            ("nmae: n\nstages:\n  - stage: x", "unknown key 'nmae' (did you mean 'name'?)"),
            (
                "name: n\nstages:\n  - stage: x\n    setings: {}",
                "unknown key 'stages.0.setings' (did you mean 'stages.0.settings'?)"
            ),
            ("name: n\nstages:\n  - x", "has the text 'x' under 'stages.0'"),
            (
                "name: n\nwaitForStageSeconds: long",
                "the text 'long' under 'waitForStageSeconds', expected a whole number"
            ),
            ("name: n\n bad: [", "is not valid YAML"),
        ])
    func isRefused(yaml: String, problem: String) throws {
        let error = try #require(throws: StageError.self) { try parse(yaml) }
        #expect(error.exitCode == 2)
        #expect(error.message.contains(problem))
    }

    @Test("that names a stage without an executable is refused with the nearest name")
    func namesNearestExecutable() throws {
        try withTemporaryDirectory { directory in
            let scripted = try ScriptedNight(in: directory)
            try scripted.addStage("ingest")
            let error = try #require(throws: StageError.self) {
                try scripted.night("name: n\nstages:\n  - stage: ingset\n")
            }
            #expect(error.message.contains("names the stage 'ingset'"))
            #expect(error.next.contains("Did you mean 'ingest'?"))
        }
    }

    @Test(
        "in this repository can be used",
        arguments: ["pipelines/nightly.yaml", "scripts/checks/short-night.yaml"])
    func ownPipelines(path: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let pipeline = try ConfigurationFile.load(
            Pipeline.self, from: root.appending(path: path))
        #expect(
            pipeline.stages.map(\.stage) == [
                "ingest", "filter-by-quality", "label-with-value-function", "fine-tune",
                "shadow-evaluate", "promote",
            ])
    }

    private func parse(_ yaml: String) throws -> Pipeline {
        try ConfigurationFile.parse(Pipeline.self, yaml, source: "the test's pipeline")
    }
}
