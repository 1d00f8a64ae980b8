/// PostgreSQL, or the way to it, refused something.
package struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done.
    package enum Operation: String, Sendable { case connect, execute }

    /// What was being done.
    package let operation: Operation
    /// The five letters of the server's verdict, such as `23505`; nil if no server gave one.
    package let state: String?
    /// The library's own message.
    package let message: String

    /// Whether there is no server to talk to any more.
    package var isConnectionLost: Bool {
        guard let state else { return true }
        return state.hasPrefix("08") || state.hasPrefix("57P")
    }

    package var description: String {
        let verdict = state.map { " (\($0))" } ?? ""
        return "PostgreSQL \(operation.rawValue) failed\(verdict): \(message)"
    }
}
