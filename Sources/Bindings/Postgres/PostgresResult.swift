private import CPostgres

/// The rows that a statement gave, or the number that it changed.
@safe package final class PostgresResult {
    private let result: OpaquePointer

    /// Takes ownership of `result`.
    @unsafe init(takingOwnershipOf result: OpaquePointer) {
        unsafe self.result = unsafe result
    }

    deinit { unsafe PQclear(result) }

    /// Number of rows.
    package var rowCount: Int { unsafe Int(PQntuples(result)) }

    /// Number of columns.
    package var columnCount: Int { unsafe Int(PQnfields(result)) }

    /// Number of rows that the statement changed; 0 where it changes none.
    package var changedCount: Int {
        unsafe PQcmdTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    /// The value in a row and a column.
    ///
    /// - Precondition: both exist.
    package func value(row: Int, column: Int) -> PostgresValue {
        precondition(
            (0..<rowCount).contains(row) && (0..<columnCount).contains(column),
            "row \(row), column \(column) of \(rowCount) x \(columnCount)")
        let (row, column) = (Int32(row), Int32(column))
        guard unsafe PQgetisnull(result, row, column) == 0,
            let bytes = unsafe PQgetvalue(result, row, column)
        else { return .null }
        let text = unsafe String(cString: bytes)
        switch unsafe PQftype(result, column) {
        case 20, 21, 23: return Int64(text).map(PostgresValue.integer) ?? .text(text)
        case 700, 701: return Double(text).map(PostgresValue.real) ?? .text(text)
        default: return .text(text)
        }
    }
}
