/// A database that can hold the catalogue: SQLite or PostgreSQL.
///
/// Both serialise writers, so that what a transaction reads stays true until it commits. Bodies use
/// the connection that they are given and never the database again: that would wait for itself.
package protocol CatalogueDatabase: Sendable {
    /// Which database this is, for messages: a path, or a server and a name without credentials.
    var place: String { get }

    /// Runs `body` on one unchanging state of the database.
    func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result

    /// Runs `body` as the only writer, and commits what it wrote, or nothing if it throws.
    func write<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result
}

/// A connection inside a transaction, whose statements have `?` for each argument.
package protocol SQLConnection {
    /// The words in which table definitions differ.
    var dialect: SQLDialect { get }

    /// Runs a statement.
    ///
    /// - Returns: the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a query and calls `body` with each row.
    func query(
        _ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void
    ) throws

    /// Whether there is a table of that name.
    func hasTable(_ name: String) throws -> Bool
}

/// The few words in which the databases' table definitions differ.
package enum SQLDialect: Sendable {
    case sqlite, postgres

    /// A text that is compared byte by byte, which SQLite does unless told otherwise.
    var key: String {
        switch self {
        case .sqlite: "TEXT"
        case .postgres: "TEXT COLLATE \"C\""
        }
    }
}

extension SQLConnection {
    /// The rows of a query whose result is known to be small, each made into a value.
    func rows<Value>(
        _ sql: String, _ arguments: [SQLValue] = [], of table: String,
        _ make: (inout RowReader) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try query(sql, arguments) { row in
            var reader = RowReader(row, of: table)
            values.append(try make(&reader))
        }
        return values
    }

    /// The number that a query of one row and one column gives.
    func number(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
        var number = 0
        try query(sql, arguments) { row in
            var reader = RowReader(row, of: "a count")
            number = try reader.count()
        }
        return number
    }
}
