/// PostgreSQL or the way to it failed, without the password in any text.
package struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure it is: what a caller can do about it.
    package enum Kind: Sendable, Equatable {
        /// The address is not one.
        case invalidAddress
        /// There is no connection, or it was lost.
        case connection
        /// A lock was not to be had in time, or a deadlock was broken.
        case lockTimeout
        /// The server refused a statement.
        case statement
    }

    package let kind: Kind
    /// The library's own message, in one line.
    package let message: String
    /// The server's five-character code, if it gave one.
    package let code: String?

    /// Message and code.
    package var description: String { code.map { "\(message) (SQLSTATE \($0))" } ?? message }
}
