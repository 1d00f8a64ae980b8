internal import Foundation
private import Postgres

/// The catalogue in a PostgreSQL database that several machines share.
package final class PostgresDatabase: CatalogueDatabase, @unchecked Sendable {
    // Sound: `address` and `place` never change, and `connection`, the only shared state, is used
    // by nobody without holding `lock`.

    /// Server and database, without credentials.
    package let place: String
    private let address: PostgresAddress
    private let lock = NSLock()
    private var connection: PostgresConnection?

    /// Serialises the writers of one catalogue; "nightsh" in ASCII.
    private static let writerLock: Int64 = 0x6E_6967_6874_7368
    private static let session = [
        "SET client_min_messages TO warning", "SET statement_timeout TO '5min'",
        "SET lock_timeout TO '30s'", "SET idle_in_transaction_session_timeout TO '10min'",
    ]

    /// Connects to the database that `url` names.
    package init(url: String) throws {
        do {
            address = try PostgresAddress(url: url)
        } catch {
            throw CatalogueError.invalidAddress(reason: error.message)
        }
        place = address.description
        _ = try usableConnection()
    }

    /// Runs `body` on one unchanging state of the database.
    package func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], body)
    }

    /// Runs `body` while holding the writers' advisory lock, which ends with the transaction.
    package func write<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try transaction(
            [
                "BEGIN ISOLATION LEVEL READ COMMITTED",
                "SELECT pg_advisory_xact_lock(\(Self.writerLock))",
            ], body)
    }

    private func transaction<Result>(
        _ opening: [String], _ body: (any SQLConnection) throws -> Result
    ) throws -> Result {
        lock.lock()
        defer { lock.unlock() }
        let raw = try usableConnection()
        let connection = PostgresSQLConnection(raw: raw, place: place)
        do {
            for statement in opening { try connection.execute(statement, []) }
            let result = try body(connection)
            try connection.execute("COMMIT", [])
            return result
        } catch {
            discard(raw)
            throw error
        }
    }

    /// Rolls back; a connection that cannot even do that is given up, and the next use makes one.
    private func discard(_ raw: PostgresConnection) {
        do {
            if raw.isUsable && raw.isInTransaction { _ = try raw.execute("ROLLBACK") }
            if !raw.isUsable { connection = nil }
        } catch {
            connection = nil
        }
    }

    private func usableConnection() throws -> PostgresConnection {
        if let connection, connection.isUsable { return connection }
        do {
            let new = try PostgresConnection(to: address)
            for statement in Self.session { _ = try new.execute(statement) }
            connection = new
            return new
        } catch {
            throw CatalogueError.unavailable(
                place: place, doing: "connecting to", reason: error.description)
        }
    }
}

private struct PostgresSQLConnection: SQLConnection {
    let raw: PostgresConnection
    let place: String

    var dialect: SQLDialect { .postgres }

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(sql, arguments).changedCount
    }

    func query(
        _ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void
    ) throws {
        let result = try run(sql, arguments)
        for row in 0..<result.rowCount {
            let values = (0..<result.columnCount).map {
                SQLValue(result.value(row: row, column: $0))
            }
            try body(SQLRow(values: values))
        }
    }

    func hasTable(_ name: String) throws -> Bool {
        try number(
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?",
            [.text(name)]) > 0
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws -> PostgresResult {
        do {
            return try raw.execute(numberedPlaceholders(sql), arguments.map(PostgresValue.init))
        } catch {
            throw catalogueError(of: error, sql: sql)
        }
    }

    private func catalogueError(of error: PostgresError, sql: String) -> CatalogueError {
        switch error.kind {
        case .connection, .invalidAddress:
            .unavailable(place: place, doing: "using", reason: error.description)
        case .lockTimeout: .busy(place: place, reason: error.description)
        case .statement:
            .statementFailed(
                place: place, sql: String(sql.prefix(200)), reason: error.description)
        }
    }
}

extension PostgresValue {
    fileprivate init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: PostgresValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        }
    }
}

/// Replaces each `?` by `$1`, `$2` and so on.
///
/// No statement of ours has a `?` inside quotes.
private func numberedPlaceholders(_ sql: String) -> String {
    let parts = sql.split(separator: "?", omittingEmptySubsequences: false)
    var text = String(parts.first ?? "")
    for (index, part) in parts.dropFirst().enumerated() {
        text += "$\(index + 1)\(part)"
    }
    return text
}
