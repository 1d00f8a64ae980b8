/// A value that goes into a statement or comes out of a row.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    /// A text, or null.
    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }

    /// A number, or null.
    static func optional(_ number: Double?) -> SQLValue { number.map(SQLValue.real) ?? .null }

    /// A count or an offset.
    static func count(_ number: Int) -> SQLValue { .integer(Int64(number)) }

    /// 1 for true, 0 for false: SQLite has no truth values.
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
}

/// One row of a query's result, in the order of its columns.
package struct SQLRow: Sendable {
    /// The row's values.
    package let values: [SQLValue]
}
