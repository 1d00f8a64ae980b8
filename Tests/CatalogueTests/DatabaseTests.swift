import Catalogue
import Foundation
import TestSupport
import Testing

@Suite("The databases")
struct DatabaseTests {
    @Test("A catalogue opened twice is the same one", arguments: TestDatabase.allCases)
    func reopen(database: TestDatabase) throws {
        try database.withEmpty { open in
            try ExperienceCatalogue(database: open()).record(episodes: [episode(1)], guardedBy: nil)
            #expect(try ExperienceCatalogue(database: open()).episodeCount() == 1)
        }
    }

    @Test("A newer schema is refused with both versions", arguments: TestDatabase.allCases)
    func newerSchema(database: TestDatabase) throws {
        try database.withEmpty { open in
            _ = try ExperienceCatalogue(database: open())
            _ = try open().write {
                try $0.execute("INSERT INTO schema_version (version) VALUES (?)", [.integer(99)])
            }
            let error = #expect(throws: CatalogueError.self) {
                try ExperienceCatalogue(database: open())
            }
            let text = try #require(error).description
            #expect(text.contains("schema version 99"))
            #expect(text.contains("versions up to 2"))
        }
    }

    @Test("Values come back bit for bit", arguments: TestDatabase.allCases)
    func values(database: TestDatabase) throws {
        try database.withEmpty { open in
            let values: [SQLValue] = [
                .real(0.1 + 0.2), .real(-5e-324), .integer(.min), .text("it's \"ü\"\n€?$1"), .null,
            ]
            let database = try open()
            _ = try database.write {
                try $0.execute(
                    "CREATE TABLE t (a DOUBLE PRECISION, b DOUBLE PRECISION, c BIGINT, d TEXT, e TEXT)",
                    [])
            }
            _ = try database.write {
                try $0.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", values)
            }
            var rows: [SQLRow] = []
            try database.read { try $0.query("SELECT * FROM t", []) { rows.append($0) } }
            #expect(rows.map(\.values) == [values])
        }
    }

    @Test("A refused statement is named and changes nothing", arguments: TestDatabase.allCases)
    func refusedStatement(database: TestDatabase) throws {
        try database.withEmpty { open in
            let catalogue = try ExperienceCatalogue(database: open())
            let raw = try open()
            let error = #expect(throws: CatalogueError.self) {
                try raw.write {
                    try $0.execute("DELETE FROM schema_version", [])
                    try $0.execute("DELETE FROM nowhere", [])
                }
            }
            #expect(try #require(error).description.contains("nowhere"))
            #expect(try catalogue.episodeCount() == 0)
            _ = try ExperienceCatalogue(database: open())
        }
    }

    @Test("A lost connection is reported, and the next use makes another")
    func lostConnection() throws {
        let url = try PostgresServer.shared().makeDatabase()
        let database = try PostgresDatabase(url: url)
        let other = try PostgresDatabase(url: url)
        let error = #expect(throws: CatalogueError.self) {
            try database.write { connection in
                try other.read {
                    try $0.query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            + "WHERE datname = current_database() AND pid <> pg_backend_pid()", []
                    ) { _ in }
                }
                try connection.execute("SELECT 1", [])
            }
        }
        guard case .unavailable = error else {
            Issue.record("found \(String(describing: error))")
            return
        }
        #expect(try ExperienceCatalogue(database: database).episodeCount() == 0)
    }

    @Test("A server that is not there is named without the password")
    func noServer() throws {
        let url = "postgresql://ann:sesame@127.0.0.1:1/fleet"
        let error = #expect(throws: CatalogueError.self) { try PostgresDatabase(url: url) }
        let text = try #require(error).description
        #expect(text.contains("postgresql://127.0.0.1:1/fleet"))
        #expect(text.contains("Is the server running"))
        #expect(!text.contains("sesame"))
    }

    @Test(
        "An address that is none is refused without being repeated",
        arguments: [
            "mysql://ann:sesame@host/fleet", "postgresql://ann:ses@me@host/fleet",
            "postgresql://ann:sesame@host:port/fleet?nonsense=1", "sesame",
        ])
    func badAddress(url: String) throws {
        let error = #expect(throws: CatalogueError.self) { try PostgresDatabase(url: url) }
        let text = try #require(error).description
        #expect(text.contains("NIGHTSHIFT_DATABASE"))
        #expect(!text.contains("ses"))
    }

    @Test("A file that is no database is refused by name")
    func noDatabase() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "catalogue.sqlite")
            try Data(repeating: 65, count: 4_096).write(to: file)
            let error = #expect(throws: CatalogueError.self) {
                try ExperienceCatalogue.open(workspace: folder, databaseURL: nil)
            }
            #expect(try #require(error).description.contains(file.path))
        }
    }
}
