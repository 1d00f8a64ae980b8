internal import Digests

/// Takes the values of a row from left to right, each with the type that its column must have.
///
/// A value of another type is an error that names table and column: it means that something else
/// than this program wrote the row.
struct RowReader {
    private let table: String
    private let values: [SQLValue]
    private var index = 0

    init(_ row: SQLRow, of table: String) {
        self.table = table
        values = row.values
    }

    mutating func text() throws(CatalogueError) -> String {
        guard case .text(let text) = try next() else { throw unexpected("a text") }
        return text
    }

    mutating func optionalText() throws(CatalogueError) -> String? {
        switch try next() {
        case .null: return nil
        case .text(let text): return text
        default: throw unexpected("a text or null")
        }
    }

    mutating func count() throws(CatalogueError) -> Int {
        guard case .integer(let number) = try next() else { throw unexpected("an integer") }
        return Int(number)
    }

    mutating func flag() throws(CatalogueError) -> Bool {
        try count() != 0
    }

    mutating func optionalReal() throws(CatalogueError) -> Double? {
        switch try next() {
        case .null: return nil
        case .real(let number): return number
        case .integer(let number): return Double(number)
        default: throw unexpected("a number or null")
        }
    }

    mutating func digest() throws(CatalogueError) -> Digest {
        let hex = try text()
        do {
            return try Digest(hex: hex)
        } catch {
            throw unexpected("a SHA-256 digest")
        }
    }

    /// A text that is one of the raw values of `Value`.
    mutating func name<Value: RawRepresentable<String>>(
        _: Value.Type = Value.self
    ) throws(CatalogueError) -> Value {
        guard let value = Value(rawValue: try text()) else { throw unexpected("a \(Value.self)") }
        return value
    }

    /// Passes over columns that repeat what another one holds.
    mutating func skip(_ count: Int) {
        index += count
    }

    private mutating func next() throws(CatalogueError) -> SQLValue {
        guard index < values.count else {
            index += 1
            throw unexpected("one more column")
        }
        defer { index += 1 }
        return values[index]
    }

    private func unexpected(_ expected: String) -> CatalogueError {
        let found = index <= values.count && index > 0 ? "\(values[index - 1])" : "nothing"
        return .malformedRow(
            table: table, column: index, found: String(found.prefix(80)), expected: expected)
    }
}
