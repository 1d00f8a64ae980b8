private import CPostgres

/// A connection to a PostgreSQL server, not for use by two threads at once.
@safe package final class PostgresConnection {
    private let connection: OpaquePointer
    private let password: String?

    /// Connects, with times limited so that a dead server or client holds nobody up for long.
    ///
    /// - Throws: ``PostgresError`` of kind `connection`.
    package init(to address: PostgresAddress) throws(PostgresError) {
        // Later parameters win: the URL, last, overrides these defaults.
        let parameters = [
            ("connect_timeout", "10"), ("application_name", "nightshift"),
            ("client_encoding", "UTF8"), ("tcp_user_timeout", "30000"), ("dbname", address.url),
        ]
        let connection = unsafe withCStrings(parameters.map(\.0)) { keywords in
            unsafe withCStrings(parameters.map(\.1)) { values in
                unsafe PQconnectdbParams(keywords, values, 1)
            }
        }
        guard let connection = unsafe connection else {
            throw PostgresError(kind: .connection, message: "out of memory", code: nil)
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            let message = unsafe oneLine(PQerrorMessage(connection), hiding: address.password)
            unsafe PQfinish(connection)
            throw PostgresError(kind: .connection, message: message, code: nil)
        }
        unsafe self.connection = connection
        password = address.password
    }

    deinit { unsafe PQfinish(connection) }

    /// Whether the last use found the connection whole.
    package var isUsable: Bool { unsafe PQstatus(connection) == CONNECTION_OK }

    /// Whether a transaction is open, failed or not.
    package var isInTransaction: Bool {
        unsafe PQtransactionStatus(connection) != PQTRANS_IDLE
    }

    /// Runs one statement with `$1`, `$2` and so on for its arguments.
    package func execute(
        _ sql: String, _ arguments: [PostgresValue] = []
    ) throws(PostgresError) -> PostgresResult {
        let types = arguments.map(\.type)
        let result = unsafe withCStrings(arguments.map(\.text)) { values in
            unsafe PQexecParams(
                connection, sql, Int32(arguments.count), types, values, nil, nil, 0)
        }
        guard let result = unsafe result else {
            throw unsafe PostgresError(
                kind: .connection, message: oneLine(PQerrorMessage(connection), hiding: password),
                code: nil)
        }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            let error = unsafe self.error(of: result)
            unsafe PQclear(result)
            throw error
        }
        return unsafe PostgresResult(takingOwnershipOf: result)
    }

    private func error(of result: OpaquePointer) -> PostgresError {
        let code = unsafe PQresultErrorField(result, 67).map { unsafe String(cString: $0) }
        let message = unsafe oneLine(PQresultErrorMessage(result), hiding: password)
        return PostgresError(kind: kind(of: code), message: message, code: code)
    }

    /// Class 08 and 57P are lost connections and servers that stop; 55P03 and 40P01 are locks.
    private func kind(of code: String?) -> PostgresError.Kind {
        guard let code, isUsable else { return .connection }
        if code.hasPrefix("08") || code.hasPrefix("57P") || code == "25P03" { return .connection }
        return code == "55P03" || code == "40P01" || code == "40001" ? .lockTimeout : .statement
    }
}

/// An argument of a statement, sent as text with its type.
package enum PostgresValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    /// Object ids of pg_type: int8, float8 and text never change; 0 leaves it to the server.
    fileprivate var type: UInt32 {
        switch self {
        case .null: 0
        case .integer: 20
        case .real: 701
        case .text: 25
        }
    }

    fileprivate var text: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        }
    }
}

/// The library's message in one line, without the password.
@unsafe private func oneLine(_ message: UnsafePointer<CChar>?, hiding password: String?) -> String {
    let text = unsafe message.map { unsafe String(cString: $0) } ?? "no reason given"
    let line = text.split(separator: "\n").joined(separator: "; ")
    guard let password, !password.isEmpty else { return line }
    return line.split(separator: password, omittingEmptySubsequences: false).joined(
        separator: "***")
}

/// Calls `body` with an array of C strings that ends with a null, valid during the call.
private func withCStrings<Result>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int?] = []
    for text in texts {
        offsets.append(text == nil ? nil : bytes.count)
        if let text { bytes.append(contentsOf: text.utf8CString) }
    }
    // Sound: the pointers point into `bytes`, which is borrowed for the whole call.
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        var pointers = unsafe offsets.map { offset in
            unsafe offset.flatMap { offset in unsafe buffer.baseAddress.map { unsafe $0 + offset } }
        }
        unsafe pointers.append(nil)
        return unsafe body(pointers)
    }
}
