/// One transaction of the catalogue: what is written through it becomes visible together or never.
package struct Transaction {
    let connection: any SQLConnection

    /// Throws unless `attempt` is still its stage's newest and running.
    ///
    /// Writers are serialised, so what this finds stays true until the transaction ends.
    package func requireCurrent(_ attempt: Attempt) throws {
        let newest = try newestEpoch(of: attempt.stage)
        let state = try state(of: attempt)
        guard state == AttemptState.running.rawValue, newest == attempt.epoch else {
            throw CatalogueError.fenced(
                attempt: attempt.id, foundState: state, newestEpoch: newest)
        }
    }

    func newestEpoch(of stage: String) throws -> Int {
        try connection.number(
            "SELECT COALESCE(MAX(epoch), 0) FROM attempt WHERE stage = ?", [.text(stage)])
    }

    func state(of attempt: Attempt) throws -> String {
        let states = try connection.rows(
            "SELECT state FROM attempt WHERE id = ? AND epoch = ?",
            [.text(attempt.id), .count(attempt.epoch)], of: "attempt"
        ) { try $0.text() }
        return states.first ?? "unknown"
    }
}
