import Catalogue
import Digests
import Testing

@Suite("Attempts")
struct AttemptTests {
    private let output = Artefact(
        kind: "snapshot", name: "all", digest: digest(1), byteCount: 5)

    @Test("publish outputs, summary and rows together", arguments: TestDatabase.allCases)
    func publish(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let finding = FindingRecord(
                episode: digest(1), gate: "H3", severity: .warn, message: "gap", value: 0.1,
                threshold: 1 / 3)
            let attempt = try catalogue.begin("filter-by-quality", key: 3, run: "night-1")
            #expect(try catalogue.latestSucceeded(stage: "filter-by-quality") == nil)
            try catalogue.succeed(
                attempt, outputs: [output], summaryJSON: #"{"kept":1}"#, at: noon,
                also: { try $0.recordFindings([finding], of: attempt) })
            let record = try #require(
                try catalogue.succeededAttempt(stage: "filter-by-quality", key: digest(3)))
            #expect(record.outputs == [output])
            #expect(record.summaryJSON == #"{"kept":1}"#)
            #expect(try record.output(ofKind: "snapshot") == output)
            #expect(throws: CatalogueError.self) { try record.output(ofKind: "weights") }
            #expect(try catalogue.findings(attempt: attempt.id, limit: 9) == [finding])
            #expect(try catalogue.findingCounts(attempt: attempt.id).map(\.count) == [1])
            #expect(try catalogue.attempts(run: "night-1").map(\.id) == [attempt.id])
            #expect(
                try catalogue.succeededAttempt(stage: "filter-by-quality", key: digest(4)) == nil)
        }
    }

    @Test("leave nothing when a row beside them fails", arguments: TestDatabase.allCases)
    func rollback(database: TestDatabase) throws {
        struct Refusal: Error {}
        try database.withCatalogue { catalogue in
            let attempt = try catalogue.begin("ingest")
            #expect(throws: Refusal.self) {
                try catalogue.succeed(
                    attempt, outputs: [output], summaryJSON: "{}", at: noon,
                    also: { _ in throw Refusal() })
            }
            #expect(try catalogue.attempt(id: attempt.id)?.state == .running)
            try catalogue.succeed(attempt, outputs: [output], summaryJSON: "{}", at: noon)
            #expect(try catalogue.attempt(id: attempt.id)?.outputs == [output])
        }
    }

    @Test("that a newer one has overtaken publish nothing", arguments: TestDatabase.allCases)
    func fencing(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let old = try catalogue.begin("ingest")
            let new = try catalogue.begin("ingest")
            #expect(new.epoch == old.epoch + 1)
            #expect(try catalogue.attempt(id: old.id)?.state == .abandoned)
            let fenced = CatalogueError.fenced(
                attempt: old.id, foundState: "abandoned", newestEpoch: new.epoch)
            #expect(throws: fenced) {
                try catalogue.succeed(old, outputs: [], summaryJSON: "{}", at: noon)
            }
            #expect(throws: fenced) { try catalogue.fail(old, message: "late", at: noon) }
            #expect(throws: fenced) {
                try catalogue.record(episodes: [episode(1)], guardedBy: old)
            }
            #expect(try catalogue.episodeCount() == 0)
            try catalogue.record(episodes: [episode(1)], guardedBy: new)
            try catalogue.succeed(new, outputs: [], summaryJSON: "{}", at: noon)
        }
    }

    @Test("end once", arguments: TestDatabase.allCases)
    func endOnce(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let attempt = try catalogue.begin("ingest")
            try catalogue.fail(attempt, message: "disk full", at: noon)
            #expect(throws: CatalogueError.self) {
                try catalogue.succeed(attempt, outputs: [], summaryJSON: "{}", at: noon)
            }
            let record = try #require(try catalogue.attempts(stage: "ingest", limit: 1).first)
            #expect(record.state == .failed)
            #expect(record.message == "disk full")
        }
    }

    @Test("of other stages do not fence each other", arguments: TestDatabase.allCases)
    func otherStages(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let ingest = try catalogue.begin("ingest")
            _ = try catalogue.begin("promote")
            try catalogue.succeed(ingest, outputs: [], summaryJSON: "{}", at: noon)
        }
    }
}

@Suite("Runs")
struct RunTests {
    @Test("begin, end, and abandon what was killed", arguments: TestDatabase.allCases)
    func lifecycle(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let killed = try begin(catalogue, "nightly")
            let other = try begin(catalogue, "weekly")
            let run = try begin(catalogue, "nightly")
            #expect([killed.id, other.id, run.id] == ["night", "night-2", "night-3"])
            #expect(try catalogue.run(id: killed.id)?.state == .abandoned)
            #expect(try catalogue.run(id: other.id)?.state == .running)
            try catalogue.finishRun(run.id, state: .succeeded, summaryJSON: "{}", at: noon)
            #expect(try catalogue.latestRun()?.state == .succeeded)
            #expect(try catalogue.runs(limit: 2).map(\.id) == ["night-3", "night-2"])
            #expect(throws: CatalogueError.self) {
                try catalogue.finishRun(run.id, state: .failed, summaryJSON: nil, at: noon)
            }
        }
    }

    private func begin(
        _ catalogue: ExperienceCatalogue, _ pipeline: String
    ) throws -> RunRecord {
        try catalogue.beginRun(
            named: "night", pipeline: pipeline, configurationJSON: "{}", at: noon)
    }
}
