/// A Parquet file could not be read or written.
package struct ArrowError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation.
    package enum Code: Sendable {
        /// Not Parquet, cut off, or damaged in its footer.
        case fileUnreadable
        /// The rows cannot be decoded.
        case rowsUnreadable
        /// The file has no such column.
        case columnMissing
        /// The column holds something else, or not the same number of elements in each row.
        case columnUnfit
        /// More bytes than the caller's limit.
        case tooLarge
        /// The file cannot be written.
        case fileUnwritable
    }

    package let code: Code
    /// What the library says, or what was found.
    package let reason: String
    /// What was being done, to what, and why it failed.
    package let description: String

    init(_ code: Code, _ doing: String, _ reason: String) {
        self.code = code
        self.reason = reason
        description = "\(doing): \(reason)"
    }
}
