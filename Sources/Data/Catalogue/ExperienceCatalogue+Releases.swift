internal import Digests

extension ReleaseRecord {
    static let columns =
        "id, sequence, manifest, fine_tune_attempt, state, pinned, created_at"

    init(reader: inout RowReader) throws {
        id = try reader.text()
        sequence = try reader.count()
        manifest = try reader.digest()
        fineTuneAttempt = try reader.optionalText()
        state = try reader.name()
        isPinned = try reader.flag()
        createdAt = try reader.text()
    }
}

extension ExperienceCatalogue {
    /// The release of that id.
    package func release(id: String) throws -> ReleaseRecord? {
        try releases(where: "WHERE id = ?", [.text(id)]).first
    }

    /// The latest releases, the newest first.
    package func releases(limit: Int) throws -> [ReleaseRecord] {
        try releases(where: "ORDER BY sequence DESC LIMIT ?", [.count(limit)])
    }

    /// The version that the next new release gets.
    package func nextReleaseSequence() throws -> Int {
        try read { try $0.number("SELECT COALESCE(MAX(sequence), 0) + 1 FROM release") }
    }

    /// Records a release in a transaction of its own; see ``Transaction/insertRelease(_:)``.
    @discardableResult
    package func insertRelease(
        _ release: ReleaseRecord, guardedBy attempt: Attempt? = nil
    ) throws -> Bool {
        try write { transaction in
            if let attempt { try transaction.requireCurrent(attempt) }
            return try transaction.insertRelease(release)
        }
    }

    private func releases(
        where clause: String, _ arguments: [SQLValue]
    ) throws -> [ReleaseRecord] {
        try read {
            try $0.rows(
                "SELECT \(ReleaseRecord.columns) FROM release \(clause)", arguments, of: "release"
            ) { try ReleaseRecord(reader: &$0) }
        }
    }
}

extension Transaction {
    /// Records a release; one that is recorded already is left as it is.
    ///
    /// - Returns: whether it is new.
    /// - Throws: ``CatalogueError/conflict(what:found:expected:)`` unless its version is higher than
    ///   every other.
    @discardableResult
    package func insertRelease(_ release: ReleaseRecord) throws -> Bool {
        let known = try connection.number(
            "SELECT COUNT(*) FROM release WHERE id = ?", [.text(release.id)])
        guard known == 0 else { return false }
        let newest = try connection.number("SELECT COALESCE(MAX(sequence), 0) FROM release")
        guard release.sequence > newest else {
            throw CatalogueError.conflict(
                what: "version of release \(release.id)", found: "\(release.sequence)",
                expected: "more than \(newest)")
        }
        try connection.execute(
            "INSERT INTO release (\(ReleaseRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .text(release.id), .count(release.sequence), .text(release.manifest.hex),
                .optional(release.fineTuneAttempt), .text(release.state.rawValue),
                .flag(release.isPinned), .text(release.createdAt),
            ])
        return true
    }

    /// Changes what became of a release, from one state to another.
    ///
    /// - Throws: ``CatalogueError/conflict(what:found:expected:)`` unless it is in state `from`.
    package func setReleaseState(
        _ id: String, from: ReleaseState, to state: ReleaseState
    ) throws {
        let changed = try connection.execute(
            "UPDATE release SET state = ? WHERE id = ? AND state = ?",
            [.text(state.rawValue), .text(id), .text(from.rawValue)])
        guard changed == 1 else {
            let found = try connection.rows(
                "SELECT state FROM release WHERE id = ?", [.text(id)], of: "release"
            ) { try $0.text() }
            throw CatalogueError.conflict(
                what: "state of release \(id)", found: found.first ?? "no such release",
                expected: from.rawValue)
        }
    }

    /// Pins or unpins a release and records who did so.
    @discardableResult
    package func setPinned(
        _ isPinned: Bool, release id: String, decisionJSON: String, actor: String, at time: String
    ) throws -> HistoryRecord {
        let changed = try connection.execute(
            "UPDATE release SET pinned = ? WHERE id = ?", [.flag(isPinned), .text(id)])
        guard changed == 1 else { throw CatalogueError.notFound(what: "release \(id)") }
        return try appendHistory(
            HistoryEntry(
                action: isPinned ? .pinned : .unpinned, channel: nil, release: id,
                previousRelease: nil, decisionJSON: decisionJSON, actor: actor, attempt: nil,
                at: time))
    }
}
