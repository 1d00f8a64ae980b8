extension RunRecord {
    static let columns =
        "id, pipeline, state, started_at, finished_at, configuration, summary"

    init(reader: inout RowReader) throws {
        id = try reader.text()
        pipeline = try reader.text()
        state = try reader.name()
        startedAt = try reader.text()
        finishedAt = try reader.optionalText()
        configurationJSON = try reader.text()
        summaryJSON = try reader.optionalText()
    }
}

extension ExperienceCatalogue {
    /// Records that a pipeline begins, and that its older unfinished runs were abandoned.
    ///
    /// The caller holds the pipeline's lock: otherwise an older run might still be alive. The run's
    /// id is `name`, with `-2`, `-3` and so on appended where that is taken.
    package func beginRun(
        named name: String, pipeline: String, configurationJSON: String,
        at time: String = timestamp()
    ) throws -> RunRecord {
        try write { transaction in
            let connection = transaction.connection
            try connection.execute(
                "UPDATE run SET state = 'abandoned', finished_at = ? "
                    + "WHERE pipeline = ? AND state = 'running'", [.text(time), .text(pipeline)])
            let number = try connection.number("SELECT COALESCE(MAX(number), 0) + 1 FROM run")
            let id = try freeRunID(name, connection)
            try connection.execute(
                "INSERT INTO run (number, id, pipeline, state, started_at, configuration) "
                    + "VALUES (?, ?, ?, 'running', ?, ?)",
                [.count(number), .text(id), .text(pipeline), .text(time), .text(configurationJSON)])
            return RunRecord(
                id: id, pipeline: pipeline, state: .running, startedAt: time, finishedAt: nil,
                configurationJSON: configurationJSON, summaryJSON: nil)
        }
    }

    /// Records how a run ended.
    ///
    /// - Throws: ``CatalogueError/conflict(what:found:expected:)`` unless it is running.
    package func finishRun(
        _ id: String, state: RunState, summaryJSON: String?, at time: String = timestamp()
    ) throws {
        try write { transaction in
            let changed = try transaction.connection.execute(
                "UPDATE run SET state = ?, summary = ?, finished_at = ? "
                    + "WHERE id = ? AND state = 'running'",
                [.text(state.rawValue), .optional(summaryJSON), .text(time), .text(id)])
            guard changed == 1 else {
                let found = try transaction.connection.rows(
                    "SELECT state FROM run WHERE id = ?", [.text(id)], of: "run"
                ) { try $0.text() }
                throw CatalogueError.conflict(
                    what: "state of run \(id)", found: found.first ?? "no such run",
                    expected: "running")
            }
        }
    }

    /// The run that began last.
    package func latestRun() throws -> RunRecord? {
        try runs(limit: 1).first
    }

    /// The run of that id.
    package func run(id: String) throws -> RunRecord? {
        try read {
            try $0.rows("SELECT \(RunRecord.columns) FROM run WHERE id = ?", [.text(id)], of: "run")
            { try RunRecord(reader: &$0) }
        }.first
    }

    /// The latest runs, the newest first.
    package func runs(limit: Int) throws -> [RunRecord] {
        let sql = "SELECT \(RunRecord.columns) FROM run ORDER BY number DESC LIMIT ?"
        return try read {
            try $0.rows(sql, [.count(limit)], of: "run") { try RunRecord(reader: &$0) }
        }
    }

    private func freeRunID(_ name: String, _ connection: any SQLConnection) throws -> String {
        var id = name
        var suffix = 2
        while try connection.number("SELECT COUNT(*) FROM run WHERE id = ?", [.text(id)]) > 0 {
            id = "\(name)-\(suffix)"
            suffix += 1
        }
        return id
    }
}
