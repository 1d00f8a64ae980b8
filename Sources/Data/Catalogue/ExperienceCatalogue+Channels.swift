internal import Digests

extension ExperienceCatalogue {
    /// The release that a channel points to; nil where it points to none.
    package func channel(_ name: String) throws -> String? {
        try read { try $0.release(ofChannel: name) }
    }

    /// All channels that were ever moved, by name.
    package func channels() throws -> [ChannelRecord] {
        try read { try $0.channelRecords() }
    }

    /// Points a channel at another release and records the decision, in one transaction.
    ///
    /// A nil `release` clears the channel. `expected` is what the caller saw it point to;
    /// `attempt`, which decided, must still be its stage's newest.
    ///
    /// - Throws: ``CatalogueError/conflict(what:found:expected:)`` where it points elsewhere.
    @discardableResult
    package func moveChannel(
        _ name: String, to release: String?, from expected: String?, decisionJSON: String,
        actor: String, at time: String, guardedBy attempt: Attempt? = nil
    ) throws -> HistoryRecord {
        try write {
            try $0.moveChannel(
                name, to: release, from: expected, decisionJSON: decisionJSON, actor: actor,
                at: time, guardedBy: attempt)
        }
    }

    /// Every decision about releases, the oldest first.
    package func channelHistory() throws -> [HistoryRecord] {
        try read { connection in
            var records: [HistoryRecord] = []
            try connection.forEachHistoryRecord { records.append($0) }
            return records
        }
    }

    /// Checks every link of the history, and that channels point where it says.
    ///
    /// - Throws: ``CatalogueError/historyBroken(sequence:reason:)`` naming the first broken record.
    package func verifyHistory() throws {
        try read { connection in
            var previous: HistoryRecord?
            var moves: [String: HistoryRecord] = [:]
            try connection.forEachHistoryRecord { record in
                try record.verify(after: previous)
                previous = record
                if let channel = record.entry.channel, record.entry.action == .moved {
                    moves[channel] = record
                }
            }
            try verify(try connection.channelRecords(), against: moves, last: previous)
        }
    }

    private func verify(
        _ channels: [ChannelRecord], against moves: [String: HistoryRecord], last: HistoryRecord?
    ) throws {
        for channel in channels {
            let move = moves[channel.name]
            guard let move, move.sequence == channel.historySequence else {
                throw CatalogueError.historyBroken(
                    sequence: channel.historySequence,
                    reason: "channel \(channel.name) was last moved by it, and the history ends at "
                        + "record \(last?.sequence ?? 0) with its last move at "
                        + "\(move?.sequence ?? 0)")
            }
            guard move.entry.release == channel.release else {
                throw CatalogueError.historyBroken(
                    sequence: move.sequence,
                    reason: "it moved channel \(channel.name) to "
                        + "\(move.entry.release ?? "no release"), and the channel points to "
                        + "\(channel.release ?? "no release")")
            }
        }
    }
}

extension Transaction {
    /// Points a channel at another release and records the decision.
    ///
    /// - Throws: ``CatalogueError/conflict(what:found:expected:)`` where it points elsewhere than
    ///   `expected`.
    @discardableResult
    package func moveChannel(
        _ name: String, to release: String?, from expected: String?, decisionJSON: String,
        actor: String, at time: String, guardedBy attempt: Attempt? = nil
    ) throws -> HistoryRecord {
        if let attempt { try requireCurrent(attempt) }
        let found = try connection.release(ofChannel: name)
        guard found == expected else {
            throw CatalogueError.conflict(
                what: "channel \(name)", found: found ?? "no release",
                expected: expected ?? "no release")
        }
        try requireRelease(release)
        let record = try appendHistory(
            HistoryEntry(
                action: .moved, channel: name, release: release, previousRelease: expected,
                decisionJSON: decisionJSON, actor: actor, attempt: attempt?.id, at: time))
        try connection.execute(
            """
            INSERT INTO channel (name, release, history_sequence) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE
            SET release = excluded.release, history_sequence = excluded.history_sequence
            """, [.text(name), .optional(release), .count(record.sequence)])
        return record
    }

    /// Appends a decision to the history.
    @discardableResult
    package func appendHistory(_ entry: HistoryEntry) throws -> HistoryRecord {
        let last = try connection.rows(
            "SELECT \(HistoryRecord.columns) FROM history ORDER BY sequence DESC LIMIT 1",
            of: "history"
        ) { try HistoryRecord(reader: &$0) }.first
        let record = try HistoryRecord(after: last, entry: entry)
        try connection.execute(
            "INSERT INTO history (\(HistoryRecord.columns)) VALUES (\(placeholders(11)))",
            [
                .count(record.sequence), .text(entry.at), .text(entry.action.rawValue),
                .optional(entry.channel), .optional(entry.release),
                .optional(entry.previousRelease), .text(entry.decisionJSON), .text(entry.actor),
                .optional(entry.attempt), .text(record.previousHash.hex), .text(record.hash.hex),
            ])
        return record
    }

    private func requireRelease(_ id: String?) throws {
        guard let id else { return }
        let count = try connection.number("SELECT COUNT(*) FROM release WHERE id = ?", [.text(id)])
        guard count == 1 else { throw CatalogueError.notFound(what: "release \(id)") }
    }
}

extension SQLConnection {
    fileprivate func release(ofChannel name: String) throws -> String? {
        let found = try rows(
            "SELECT release FROM channel WHERE name = ?", [.text(name)], of: "channel"
        ) { try $0.optionalText() }
        return found.first ?? nil
    }

    fileprivate func channelRecords() throws -> [ChannelRecord] {
        try rows(
            "SELECT name, release, history_sequence FROM channel ORDER BY name", of: "channel"
        ) {
            try ChannelRecord(
                name: $0.text(), release: $0.optionalText(), historySequence: $0.count())
        }
    }

    fileprivate func forEachHistoryRecord(_ body: (HistoryRecord) throws -> Void) throws {
        try query("SELECT \(HistoryRecord.columns) FROM history ORDER BY sequence", []) { row in
            var reader = RowReader(row, of: "history")
            try body(try HistoryRecord(reader: &reader))
        }
    }
}

extension HistoryRecord {
    fileprivate static let columns = """
        sequence, recorded_at, action, channel, release, previous_release, decision, actor, \
        attempt, previous_hash, hash
        """

    fileprivate init(reader: inout RowReader) throws {
        sequence = try reader.count()
        let at = try reader.text()
        let action: HistoryAction = try reader.name()
        entry = HistoryEntry(
            action: action, channel: try reader.optionalText(), release: try reader.optionalText(),
            previousRelease: try reader.optionalText(), decisionJSON: try reader.text(),
            actor: try reader.text(), attempt: try reader.optionalText(), at: at)
        previousHash = try reader.digest()
        hash = try reader.digest()
    }
}
