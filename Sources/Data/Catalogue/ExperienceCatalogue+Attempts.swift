package import Digests

extension ExperienceCatalogue {
    /// Begins an attempt of a stage, and abandons the stage's older running ones.
    ///
    /// `configurationJSON` is the configuration as resolved; `environmentJSON` says whatever else
    /// explains the result: program version, threads, BLAS kernel.
    package func beginAttempt(
        stage: String, key: Digest, run: String?, configurationJSON: String,
        environmentJSON: String, at time: String = timestamp()
    ) throws -> Attempt {
        try write { transaction in
            let epoch = try transaction.newestEpoch(of: stage) + 1
            let attempt = Attempt(id: "\(stage)-\(epoch)", stage: stage, key: key, epoch: epoch)
            try transaction.connection.execute(
                "UPDATE attempt SET state = 'abandoned', finished_at = ? "
                    + "WHERE stage = ? AND state = 'running'", [.text(time), .text(stage)])
            try transaction.connection.execute(
                "INSERT INTO attempt (id, stage, epoch, stage_key, run, state, started_at, "
                    + "configuration, environment) VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?)",
                [
                    .text(attempt.id), .text(stage), .count(epoch), .text(key.hex),
                    .optional(run), .text(time), .text(configurationJSON), .text(environmentJSON),
                ])
            return attempt
        }
    }

    /// Publishes what an attempt made: outputs, summary and whatever `also` writes, or nothing.
    ///
    /// Every byte of the outputs must be on disk before.
    ///
    /// - Throws: ``CatalogueError/fenced(attempt:foundState:newestEpoch:)`` where a newer attempt
    ///   has begun, and whatever `also` throws.
    package func succeed(
        _ attempt: Attempt, outputs: [Artefact], summaryJSON: String, at time: String = timestamp(),
        also: ((Transaction) throws -> Void)? = nil
    ) throws {
        try write { transaction in
            try transaction.finish(
                attempt, state: .succeeded, summaryJSON: summaryJSON, message: nil, at: time)
            try transaction.insert(outputs: outputs, of: attempt)
            try also?(transaction)
        }
    }

    /// Records why an attempt failed.
    ///
    /// - Throws: ``CatalogueError/fenced(attempt:foundState:newestEpoch:)`` where a newer attempt
    ///   has begun.
    package func fail(_ attempt: Attempt, message: String, at time: String = timestamp()) throws {
        try write {
            try $0.finish(attempt, state: .failed, summaryJSON: nil, message: message, at: time)
        }
    }

    /// The newest attempt of a stage that succeeded with that key and whose outputs may be reused.
    ///
    /// Outputs that were freed, or that saw an episode which was withdrawn, are not reused.
    package func succeededAttempt(stage: String, key: Digest) throws -> AttemptRecord? {
        try attempts(
            where: """
                stage = ? AND stage_key = ? AND state = 'succeeded' AND NOT EXISTS (
                SELECT 1 FROM artefact WHERE attempt = attempt.id
                AND (freed_at IS NOT NULL OR withdrawn_at IS NOT NULL))
                """,
            [.text(stage), .text(key.hex)], limit: 1
        ).first
    }

    /// Makes what an older attempt published the stage's newest again, as an attempt of its own.
    ///
    /// Experience can shrink, so that a key comes back after others; the stages that follow read
    /// what the newest attempt published.
    package func republish(
        _ record: AttemptRecord, run: String?, at time: String = timestamp()
    ) throws -> AttemptRecord {
        let attempt = try beginAttempt(
            stage: record.stage, key: record.key, run: run,
            configurationJSON: record.configurationJSON, environmentJSON: record.environmentJSON,
            at: time)
        try succeed(
            attempt, outputs: record.outputs, summaryJSON: record.summaryJSON ?? "null", at: time
        ) { transaction in
            try transaction.connection.execute(
                "INSERT INTO finding (attempt, \(FindingRecord.columns)) "
                    + "SELECT CAST(? AS TEXT), \(FindingRecord.columns) FROM finding "
                    + "WHERE attempt = ?", [.text(attempt.id), .text(record.id)])
        }
        return try self.attempt(id: attempt.id) ?? record
    }

    /// The newest attempt of a stage that succeeded.
    package func latestSucceeded(stage: String) throws -> AttemptRecord? {
        try attempts(
            where: "stage = ? AND state = 'succeeded'", [.text(stage)], limit: 1
        ).first
    }

    /// The attempt of that id.
    package func attempt(id: String) throws -> AttemptRecord? {
        try attempts(where: "id = ?", [.text(id)], limit: 1).first
    }

    /// The attempts of a run, the oldest first.
    package func attempts(run: String) throws -> [AttemptRecord] {
        try attempts(
            where: "run = ?", [.text(run)], order: "started_at, stage, epoch", limit: nil)
    }

    /// The latest attempts of a stage, the newest first.
    package func attempts(stage: String, limit: Int) throws -> [AttemptRecord] {
        try attempts(where: "stage = ?", [.text(stage)], limit: limit)
    }

    private func attempts(
        where condition: String, _ arguments: [SQLValue], order: String = "epoch DESC", limit: Int?
    ) throws -> [AttemptRecord] {
        let sql =
            "SELECT \(AttemptRecord.columns) FROM attempt WHERE \(condition) ORDER BY \(order)"
            + (limit.map { " LIMIT \($0)" } ?? "")
        return try read { connection in
            let bare = try connection.rows(sql, arguments, of: "attempt") {
                try AttemptRecord(reader: &$0)
            }
            return try bare.map { $0.with(outputs: try outputs(of: $0.id, connection)) }
        }
    }

    private func outputs(
        of attempt: String, _ connection: any SQLConnection
    ) throws -> [Artefact] {
        try connection.rows(
            "SELECT kind, name, digest, byte_count FROM artefact WHERE attempt = ? "
                + "ORDER BY position", [.text(attempt)], of: "artefact"
        ) {
            try Artefact(
                kind: $0.text(), name: $0.text(), digest: $0.digest(), byteCount: $0.count())
        }
    }
}

extension Transaction {
    /// Ends a running attempt, in the one statement that is guarded by its fencing epoch.
    func finish(
        _ attempt: Attempt, state: AttemptState, summaryJSON: String?, message: String?,
        at time: String
    ) throws {
        let changed = try connection.execute(
            """
            UPDATE attempt SET state = ?, summary = ?, message = ?, finished_at = ?
            WHERE id = ? AND state = 'running' AND epoch = ?
            AND epoch = (SELECT MAX(epoch) FROM attempt WHERE stage = ?)
            """,
            [
                .text(state.rawValue), .optional(summaryJSON), .optional(message), .text(time),
                .text(attempt.id), .count(attempt.epoch), .text(attempt.stage),
            ])
        guard changed == 1 else {
            throw CatalogueError.fenced(
                attempt: attempt.id, foundState: try self.state(of: attempt),
                newestEpoch: try newestEpoch(of: attempt.stage))
        }
    }

    func insert(outputs: [Artefact], of attempt: Attempt) throws {
        for (position, output) in outputs.enumerated() {
            try connection.execute(
                "INSERT INTO artefact (attempt, position, kind, name, digest, byte_count) "
                    + "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    .text(attempt.id), .count(position), .text(output.kind), .text(output.name),
                    .text(output.digest.hex), .count(output.byteCount),
                ])
        }
    }
}

extension AttemptRecord {
    static let columns = """
        id, stage, stage_key, epoch, run, state, started_at, finished_at, configuration, \
        environment, summary, message
        """

    /// Makes a record without outputs, which are in another table.
    init(reader: inout RowReader) throws {
        id = try reader.text()
        stage = try reader.text()
        key = try reader.digest()
        epoch = try reader.count()
        run = try reader.optionalText()
        state = try reader.name()
        startedAt = try reader.text()
        finishedAt = try reader.optionalText()
        configurationJSON = try reader.text()
        environmentJSON = try reader.text()
        summaryJSON = try reader.optionalText()
        message = try reader.optionalText()
        outputs = []
    }

    func with(outputs: [Artefact]) -> AttemptRecord {
        AttemptRecord(
            id: id, stage: stage, key: key, epoch: epoch, run: run, state: state,
            startedAt: startedAt, finishedAt: finishedAt, configurationJSON: configurationJSON,
            environmentJSON: environmentJSON, summaryJSON: summaryJSON, message: message,
            outputs: outputs)
    }
}
