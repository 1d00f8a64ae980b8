import Catalogue
import Foundation
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    /// What brings a catalogue of today back to schema version 1.
    private static let backToFirst = [
        "DROP TABLE withdrawn", "DROP TABLE withdrawal",
        "ALTER TABLE artefact DROP COLUMN freed_at",
        "ALTER TABLE artefact DROP COLUMN withdrawn_at",
        "ALTER TABLE release DROP COLUMN freed_at", "DROP INDEX episode_shard",
        "DELETE FROM schema_version WHERE version >= 2",
    ]

    @Test("a catalogue that version 1 has written is brought up to date, and keeps what it knew")
    func firstVersion() throws {
        try withTemporaryDirectory { folder in
            let old = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent()
                .appending(path: "Fixtures/catalogues/version-1.sqlite")
            let file = folder.appending(path: "catalogue.sqlite")
            try FileManager.default.copyItem(at: old, to: file)
            let catalogue = try ExperienceCatalogue(database: SQLiteDatabase(file: file))
            #expect(try catalogue.episodeCount() == 3)
            #expect(try catalogue.keptArtefacts().map(\.artefact.kind) == ["report"])
            #expect(try catalogue.shardUsage().map(\.episodes) == [3])
            #expect(try catalogue.withdrawals().isEmpty)
        }
    }

    @Test(
        "tables of version 1 are brought up to date on both databases",
        arguments: TestDatabase.allCases)
    func upgraded(database: TestDatabase) throws {
        try database.withEmpty { open in
            try ExperienceCatalogue(database: open()).record(
                episodes: [episode(1), episode(2)], guardedBy: nil)
            _ = try open().write { connection in
                for statement in Self.backToFirst { try connection.execute(statement, []) }
            }
            let catalogue = try ExperienceCatalogue(database: open())
            #expect(try catalogue.episodeCount() == 2)
            #expect(try catalogue.unerasedEpisodes().isEmpty)
            _ = try catalogue.withdraw(1)
            #expect(try catalogue.episodeCount() == 1)
        }
    }
}
