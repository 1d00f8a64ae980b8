/// Why the catalogue could not do what it was asked, without credentials in any text.
package enum CatalogueError: Error, Equatable, Sendable {
    /// The database cannot be reached, or the connection was lost.
    case unavailable(place: String, doing: String, reason: String)
    /// Another process kept the database locked for longer than the time limit.
    case busy(place: String, reason: String)
    /// The address is not one that the catalogue can use.
    case invalidAddress(reason: String)
    /// The database refused a statement.
    case statementFailed(place: String, sql: String, reason: String)
    /// A newer program has changed the tables.
    case newerSchema(place: String, found: Int, known: Int)
    /// A row holds what this program never writes.
    case malformedRow(table: String, column: Int, found: String, expected: String)
    /// The attempt is no longer the stage's newest running one: what it made must not be published.
    case fenced(attempt: String, foundState: String, newestEpoch: Int)
    /// A guarded change found another state than the caller saw.
    case conflict(what: String, found: String, expected: String)
    /// The episode was withdrawn: whatever names it is older than that.
    case withdrawn(episode: String, at: String)
    /// There is no such row.
    case notFound(what: String)
    /// The history of channels is not the one that was written.
    case historyBroken(sequence: Int, reason: String)
}

extension CatalogueError: CustomStringConvertible {
    /// What was being done, to what, what was found, what was expected and what to try.
    package var description: String {
        switch self {
        case .unavailable(let place, let doing, let reason):
            "\(doing) the catalogue at \(place) failed: \(reason). "
                + "Is the server running and reachable? Start it and run the command again"
        case .busy(let place, let reason):
            "the catalogue at \(place) stayed locked by another process: \(reason). "
                + "Wait until it has finished, then run the command again"
        case .invalidAddress(let reason):
            "the catalogue's address (NIGHTSHIFT_DATABASE) cannot be used: \(reason)"
        case .statementFailed(let place, let sql, let reason):
            "the catalogue at \(place) refused '\(sql)': \(reason)"
        case .newerSchema(let place, let found, let known):
            "the catalogue at \(place) has schema version \(found), and this program knows "
                + "versions up to \(known). Use the program that wrote it, or a newer one"
        case .malformedRow(let table, let column, let found, let expected):
            "a row of \(table) holds \(found) in column \(column), expected \(expected). "
                + "Another program has written to the catalogue: restore it from a backup"
        case .fenced(let attempt, let foundState, let newestEpoch):
            "attempt \(attempt) may not publish: it is \(foundState) and the stage's newest "
                + "attempt has epoch \(newestEpoch). Another process has taken over; "
                + "nothing was changed"
        case .conflict(let what, let found, let expected):
            "\(what): found \(found), expected \(expected). Someone else has changed it "
                + "meanwhile; look at it again and decide anew"
        case .withdrawn(let episode, let at):
            "reading episode \(episode): it was withdrawn at \(at), and the snapshot that names it is "
                + "older. Run filter-by-quality, which writes one without it, then this stage again"
        case .notFound(let what):
            "the catalogue has no \(what)"
        case .historyBroken(let sequence, let reason):
            "the history of channels is broken at record \(sequence): \(reason). "
                + "Somebody has changed it: compare it with a backup before promoting anything"
        }
    }
}
