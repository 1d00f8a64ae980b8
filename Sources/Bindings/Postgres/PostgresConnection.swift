private import CPostgres
private import Glibc
private import Synchronization

/// One connection to a PostgreSQL server; one caller at a time is inside it.
package final class PostgresConnection: Sendable {
    /// The connection, only ever touched under the mutex.
    private let handle: Mutex<Handle>

    /// Connects to the server that `url` names: `postgresql://user@host:port/database`.
    ///
    /// - Throws: ``PostgresError``, without the URL, which may hold a password.
    package init(url: String) throws(PostgresError) {
        // libpq copies the URL; the connection is this object's until deinit.
        let connection = unsafe PQconnectdb(url)
        guard let connection = unsafe connection, unsafe PQstatus(connection) == CONNECTION_OK
        else {
            let message = unsafe Self.text(connection.map { unsafe PQerrorMessage($0) } ?? nil)
            unsafe PQfinish(connection)
            throw PostgresError(operation: .connect, state: nil, message: message)
        }
        // Notices such as "relation exists, skipping" are no news to anybody.
        _ = unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
        handle = unsafe Mutex(Handle(connection: connection))
    }

    /// Runs one statement with its `$1`… as text, and returns the rows and how many were changed.
    ///
    /// - Throws: ``PostgresError``.
    package func execute(
        _ sql: String, _ parameters: [String?] = []
    ) throws(PostgresError) -> PostgresResult {
        try handle.withLock { (handle) throws(PostgresError) in
            try unsafe Self.execute(sql, parameters, on: handle.connection)
        }
    }

    private static func execute(
        _ sql: String, _ parameters: [String?], on connection: OpaquePointer
    ) throws(PostgresError) -> PostgresResult {
        // Copies that live until the call has returned; libpq keeps none of them.
        let copies = unsafe parameters.map { unsafe $0.map { unsafe strdup($0) } ?? nil }
        defer { unsafe copies.forEach { unsafe free($0) } }
        let values = unsafe copies.map { unsafe UnsafePointer($0) }
        let result = unsafe PQexecParams(
            connection, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            let state = unsafe PQresultErrorField(result, Int32(UnicodeScalar("C").value))
            throw PostgresError(
                operation: .execute, state: unsafe state.map { unsafe String(cString: $0) },
                message: unsafe text(PQerrorMessage(connection)))
        }
        return unsafe PostgresResult(
            columns: (0..<PQnfields(result)).map { unsafe text(PQfname(result, $0)) },
            rows: (0..<PQntuples(result)).map { row in
                unsafe (0..<PQnfields(result)).map { column in
                    unsafe PQgetisnull(result, row, column) == 1
                        ? nil : text(PQgetvalue(result, row, column))
                }
            },
            changedRowCount: Int(text(PQcmdTuples(result))) ?? 0)
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "no message" }
        let text = unsafe String(cString: pointer)
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Owns the connection; every use of it is inside this class.
    @safe private struct Handle: ~Copyable {
        let connection: OpaquePointer
        deinit { unsafe PQfinish(connection) }
    }
}

/// What a statement gave back, as PostgreSQL writes it.
package struct PostgresResult: Sendable {
    /// The names of the columns.
    package let columns: [String]
    /// The rows; nil is NULL.
    package let rows: [[String?]]
    /// How many rows the statement changed.
    package let changedRowCount: Int
}
