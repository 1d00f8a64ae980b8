package import Foundation
private import GRDB

/// The catalogue in one SQLite file, for a bench robot or a laptop.
///
/// Rollback journal and `synchronous = EXTRA`: a commit that was reported survives a power cut.
package final class SQLiteDatabase: CatalogueDatabase {
    /// Seconds that a writer waits for another one.
    private static let busyTimeoutSeconds = 30.0

    /// The file's path.
    package let place: String
    private let queue: DatabaseQueue

    /// Opens the file, and makes it where there is none.
    package init(file: URL) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
        configuration.label = "catalogue"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = EXTRA")
        }
        place = file.path
        do {
            queue = try DatabaseQueue(path: file.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw CatalogueError.unavailable(
                place: file.path, doing: "opening", reason: error.message ?? "no reason given")
        }
    }

    /// Runs `body` on one unchanging state of the database.
    package func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try translating {
            try queue.read { try body(SQLiteConnection(database: $0)) }
        }
    }

    /// Runs `body` between BEGIN IMMEDIATE and COMMIT.
    package func write<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try translating {
            try queue.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(SQLiteConnection(database: database))
                    return .commit
                }
                guard let result else { preconditionFailure("a committed body has a result") }
                return result
            }
        }
    }

    private func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw catalogueError(of: error)
        }
    }

    private func catalogueError(of error: DatabaseError) -> CatalogueError {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return .busy(place: place, reason: reason)
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_NOTADB,
            .SQLITE_CORRUPT:
            return .unavailable(place: place, doing: "using", reason: reason)
        default:
            return .statementFailed(place: place, sql: error.sql ?? "a statement", reason: reason)
        }
    }
}

private struct SQLiteConnection: SQLConnection {
    let database: Database

    var dialect: SQLDialect { .sqlite }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: statementArguments(arguments))
        return database.changesCount
    }

    func query(
        _ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void
    ) throws {
        let statement = try database.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: statementArguments(arguments))
        while let row = try cursor.next() {
            try body(SQLRow(values: row.databaseValues.map(sqlValue)))
        }
    }

    func hasTable(_ name: String) throws -> Bool {
        // Not `tableExists`: GRDB remembers its answer, and another process may have migrated since.
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)",
            arguments: [name]) ?? false
    }

    private func statementArguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(
            values.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .null: nil
                case .integer(let number): number
                case .real(let number): number
                case .text(let text): text
                }
            })
    }

    private func sqlValue(_ value: DatabaseValue) -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .blob(let data): .text(String(decoding: data, as: UTF8.self))
        }
    }
}
