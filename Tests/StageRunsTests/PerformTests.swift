import Catalogue
import Digests
import EpisodeStore
import Foundation
import StageRuns
import TestSupport
import Testing

@Suite("A stage's work")
struct PerformTests {
    @Test("is done once a key, and its outputs are reused")
    func reuse() throws {
        try withSession { session in
            let first = try session.count()
            let second = try session.count()
            #expect(!first.reused)
            #expect(second.reused)
            #expect(second.attempt == first.attempt)
            #expect(second.outputs == first.outputs)
            #expect(second.summary == first.summary)
            #expect(try session.catalogue.attempts(stage: "count", limit: 9).count == 1)
        }
    }

    @Test("is done again when anything in the key differs")
    func otherKeys() throws {
        try withSession { session in
            var settings = CountSettings()
            settings.limit = 4
            let keys = try [
                session.count(), session.count(settings: settings), session.count(seed: 8),
                session.count(inputs: [("a", Digest.of("other")), ("b", Digest.of("b"))]),
                session.count(environment: ["threads": "2"]), session.count(formatVersion: 2),
            ]
            #expect(keys.allSatisfy { !$0.reused })
            #expect(Set(keys.map(\.key)).count == keys.count)
            let reordered = try session.count(
                inputs: [("b", Digest.of("b")), ("a", Digest.of("a"))])
            #expect(reordered.reused)
        }
    }

    @Test("is done again when it is forced")
    func force() throws {
        try withTemporaryDirectory { folder in
            _ = try StageSession(options: StageOptions(workspace: folder)).count()
            let forced = try StageSession(options: StageOptions(workspace: folder, force: true))
            #expect(try !forced.count().reused)
        }
    }

    @Test("is done again when an output is gone or damaged", arguments: [true, false])
    func dangling(isGone: Bool) throws {
        try withSession { session in
            let first = try session.count()
            let file = session.objects.url(of: try #require(first.outputs.first).digest)
            try FileManager.default.removeItem(at: file)
            if !isGone { try Data("forged".utf8).write(to: file) }
            let second = try session.count()
            #expect(!second.reused)
            #expect(second.attempt != first.attempt)
            try session.objects.verify(first.outputs[0].digest)
            #expect(try session.count().reused)
        }
    }

    @Test("is done again when another build wrote its summary with other keys")
    func otherSummary() throws {
        try withSession { session in
            let first = try session.count()
            let other = try session.catalogue.beginAttempt(
                stage: "count", key: first.key, run: nil, configurationJSON: "{}",
                environmentJSON: "{}")
            try session.catalogue.succeed(other, outputs: first.outputs, summaryJSON: "{}")
            #expect(try !session.count().reused)
            #expect(try session.count().reused)
        }
    }

    @Test("that fails publishes nothing, says why, and finds its scratch again")
    func failure() throws {
        struct Fault: Error, CustomStringConvertible { let description = "disk on fire" }
        try withSession { session in
            #expect(throws: Fault.self) {
                try session.count { run in
                    try Data("half".utf8).write(to: run.scratch.appending(path: "checkpoint"))
                    throw Fault()
                }
            }
            let record = try #require(
                try session.catalogue.attempts(stage: "count", limit: 1).first)
            #expect(record.state == .failed)
            #expect(record.message == "disk on fire")
            #expect(record.outputs == [])
            var scratch: URL?
            let report = try session.count { run in
                scratch = run.scratch
                let kept = try Data(contentsOf: run.scratch.appending(path: "checkpoint"))
                #expect(kept == Data("half".utf8))
            }
            #expect(!report.reused)
            #expect(!FileManager.default.fileExists(atPath: try #require(scratch).path))
        }
    }

    @Test("that a newer attempt has overtaken publishes nothing")
    func fenced() throws {
        try withSession { (session) throws in
            let error = #expect(throws: CatalogueError.self) {
                try session.count { run in
                    _ = try session.catalogue.beginAttempt(
                        stage: "count", key: run.attempt.key, run: nil, configurationJSON: "{}",
                        environmentJSON: "{}")
                }
            }
            #expect(try #require(error).description.contains("count-1"))
            #expect(try session.catalogue.latestSucceeded(stage: "count") == nil)
        }
    }

    @Test("excludes the same stage elsewhere for as long as it lasts")
    func exclusion() throws {
        try withSession { session in
            let report = try session.count { (_) throws in
                let error = #expect(throws: StageError.self) { try session.count() }
                #expect(try #require(error).exitCode == 75)
                #expect(try #require(error).message.contains("process \(getpid())"))
            }
            #expect(!report.reused)
            #expect(try session.count().reused)
        }
    }

    @Test("leaves its resolved configuration, and reports in one flat object")
    func traces() throws {
        try withTemporaryDirectory { folder in
            let session = try StageSession(
                options: StageOptions(workspace: folder, run: "night-1"))
            let report = try session.count()
            let written = try String(
                contentsOf: folder.appending(path: "runs/night-1/count/configuration.json"),
                encoding: .utf8)
            #expect(written == #"{"limit":3,"name":"all"}"#)
            let json = try JSONDecoder().decode(
                [String: ConfigurationValue].self, from: JSONEncoder().encode(report))
            #expect(json["counted"] == .whole(3))
            #expect(json["reused"] == .flag(false))
            #expect(json["stage"] == .text("count"))
            #expect(try session.catalogue.attempts(run: "night-1").map(\.stage) == ["count"])
        }
    }

    @Test("is recorded in PostgreSQL where the options name it")
    func postgres() throws {
        let url = try PostgresServer.shared().makeDatabase()
        try withTemporaryDirectory { (folder) throws in
            let options = StageOptions(workspace: folder, databaseURL: url)
            #expect(try !StageSession(options: options).count().reused)
            #expect(try StageSession(options: options).count().reused)
            let file = folder.appending(path: ExperienceCatalogue.fileName)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    private func withSession(_ body: (StageSession) throws -> Void) throws {
        try withTemporaryDirectory {
            try body(StageSession(options: StageOptions(workspace: $0)))
        }
    }
}

struct CountSettings: StageConfiguration {
    var limit = 3
    var name = "all"

    func problems() -> [String] {
        (limit > 0 ? [] : ["limit is \(limit), expected more than 0"])
            + (name.isEmpty ? ["name is empty"] : [])
    }
}

struct CountSummary: Codable, Equatable {
    let counted: Int
}

extension StageSession {
    /// A stage that writes one object.
    @discardableResult
    fileprivate func count(
        settings: CountSettings = CountSettings(), seed: UInt64 = 7,
        inputs: [(kind: String, digest: Digest)] = [
            ("a", Digest.of("a")), ("b", Digest.of("b")),
        ], environment: [String: String] = [:], formatVersion: Int = 1,
        first: (StageRun) throws -> Void = { _ in }
    ) throws -> StageReport<CountSummary> {
        try perform(
            stage: "count", formatVersion: formatVersion, configuration: settings, inputs: inputs,
            seed: seed, environment: environment
        ) { run in
            try first(run)
            let bytes = Array("counted to \(settings.limit)".utf8)
            let output = Artefact(
                kind: "numbers", name: "all", digest: try run.objects.put(bytes),
                byteCount: bytes.count)
            return StageResult(outputs: [output], summary: CountSummary(counted: settings.limit))
        }
    }
}
