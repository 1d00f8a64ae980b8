import Catalogue
import Digests
import Episodes
import Foundation
import TestSupport
import Testing

/// The databases that every test of the catalogue runs on.
enum TestDatabase: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    var testDescription: String { rawValue }

    /// Calls `body` with a way to open one new, empty database; each call is another connection.
    func withEmpty(
        _ body: (_ open: @Sendable () throws -> any CatalogueDatabase) throws -> Void
    ) throws {
        switch self {
        case .sqlite:
            try withTemporaryDirectory { folder in
                let file = folder.appending(path: "catalogue.sqlite")
                try body { try SQLiteDatabase(file: file) }
            }
        case .postgres:
            let url = try PostgresServer.shared().makeDatabase()
            try body { try PostgresDatabase(url: url) }
        }
    }

    /// Calls `body` with an empty catalogue.
    func withCatalogue(_ body: (ExperienceCatalogue) throws -> Void) throws {
        try withEmpty { try body(ExperienceCatalogue(database: $0())) }
    }
}

let noon = "2026-11-23T12:00:00.000Z"

func digest(_ number: Int) -> Digest { Digest.of("\(number)") }

func episode(_ number: Int, outcome: Outcome = .success, robot: String? = "arm-1") -> EpisodeRecord
{
    let metadata = EpisodeMetadata(
        instruction: "press the button, “fast”?",
        embodiment: Embodiment(
            name: "sawyer", state: [.init(array: "obs/state", width: 39)], actionWidth: 4,
            controlRateHertz: 12.5),
        outcome: outcome, outcomeSource: .attribute, stepCount: 100 + number,
        actionArray: "actions", provenance: Provenance(robot: robot), sourceFormat: "robomimic",
        sourceEpisode: "demo_\(number)")
    return EpisodeRecord(
        digest: digest(number), shard: digest(-1), offset: number, length: 7, metadata: metadata,
        interventionCount: number % 3, bytesIn: 1_000, bytesStored: 100, sourceFile: digest(-2),
        ingestedAt: noon)
}

extension ExperienceCatalogue {
    func begin(_ stage: String, key: Int = 0, run: String? = nil) throws -> Attempt {
        try beginAttempt(
            stage: stage, key: digest(key), run: run, configurationJSON: "{}",
            environmentJSON: "{}", at: noon)
    }

    func insertRelease(_ id: String, sequence: Int) throws {
        try insertRelease(
            ReleaseRecord(
                id: id, sequence: sequence, manifest: digest(sequence), fineTuneAttempt: nil,
                state: .candidate, createdAt: noon))
    }
}
