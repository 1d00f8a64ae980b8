extension Migrations {
    /// Version 1: episodes, what was refused, runs, attempts, findings, releases and channels.
    ///
    /// Digests are 64 hexadecimal digits, times are ISO 8601 texts in UTC, flags are 0 or 1.
    static func firstSchema(_ dialect: SQLDialect) -> [String] {
        ["CREATE TABLE schema_version (version BIGINT PRIMARY KEY)"]
            + episodeTables(key: dialect.key) + attemptTables(key: dialect.key)
            + releaseTables(key: dialect.key)
    }

    private static func episodeTables(key: String) -> [String] {
        [
            """
            CREATE TABLE source_file (
                digest \(key) PRIMARY KEY, name TEXT NOT NULL, byte_count BIGINT NOT NULL,
                format TEXT, accepted BIGINT NOT NULL, duplicates BIGINT NOT NULL,
                quarantined BIGINT NOT NULL, ingested_at TEXT NOT NULL)
            """,
            """
            CREATE TABLE episode (
                digest \(key) PRIMARY KEY, shard TEXT NOT NULL, shard_offset BIGINT NOT NULL,
                shard_length BIGINT NOT NULL, source_file TEXT NOT NULL,
                instruction TEXT NOT NULL, embodiment TEXT NOT NULL, outcome TEXT NOT NULL,
                step_count BIGINT NOT NULL, robot TEXT, site TEXT,
                is_demonstration BIGINT NOT NULL, intervention_count BIGINT NOT NULL,
                bytes_in BIGINT NOT NULL, bytes_stored BIGINT NOT NULL,
                ingested_at TEXT NOT NULL, metadata TEXT NOT NULL)
            """,
            "CREATE INDEX episode_task ON episode (instruction, embodiment, outcome, step_count)",
            """
            CREATE TABLE quarantine (
                source_file \(key) NOT NULL, episode TEXT NOT NULL, stage TEXT NOT NULL,
                file_name TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
                quarantined_at TEXT NOT NULL, PRIMARY KEY (source_file, episode, stage))
            """,
            "CREATE INDEX quarantine_reason ON quarantine (reason)",
        ]
    }

    private static func attemptTables(key: String) -> [String] {
        [
            """
            CREATE TABLE run (
                id \(key) PRIMARY KEY, number BIGINT NOT NULL UNIQUE, pipeline TEXT NOT NULL,
                state TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
                configuration TEXT NOT NULL, summary TEXT)
            """,
            """
            CREATE TABLE attempt (
                id \(key) PRIMARY KEY, stage TEXT NOT NULL, epoch BIGINT NOT NULL,
                stage_key TEXT NOT NULL, run TEXT, state TEXT NOT NULL,
                started_at TEXT NOT NULL, finished_at TEXT, configuration TEXT NOT NULL,
                environment TEXT NOT NULL, summary TEXT, message TEXT, UNIQUE (stage, epoch))
            """,
            "CREATE INDEX attempt_key ON attempt (stage, stage_key, state)",
            "CREATE INDEX attempt_run ON attempt (run)",
            """
            CREATE TABLE artefact (
                attempt \(key) NOT NULL REFERENCES attempt (id), position BIGINT NOT NULL,
                kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
                byte_count BIGINT NOT NULL, PRIMARY KEY (attempt, position))
            """,
            """
            CREATE TABLE finding (
                attempt \(key) NOT NULL REFERENCES attempt (id), episode \(key) NOT NULL,
                gate TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL,
                value DOUBLE PRECISION, threshold DOUBLE PRECISION)
            """,
            "CREATE INDEX finding_attempt ON finding (attempt, episode)",
        ]
    }

    private static func releaseTables(key: String) -> [String] {
        [
            """
            CREATE TABLE release (
                id \(key) PRIMARY KEY, sequence BIGINT NOT NULL UNIQUE,
                manifest TEXT NOT NULL, fine_tune_attempt TEXT, state TEXT NOT NULL,
                pinned BIGINT NOT NULL, created_at TEXT NOT NULL)
            """,
            """
            CREATE TABLE channel (
                name \(key) PRIMARY KEY, release \(key) REFERENCES release (id),
                history_sequence BIGINT NOT NULL)
            """,
            """
            CREATE TABLE history (
                sequence BIGINT PRIMARY KEY, recorded_at TEXT NOT NULL, action TEXT NOT NULL,
                channel TEXT, release TEXT, previous_release TEXT, decision TEXT NOT NULL,
                actor TEXT NOT NULL, attempt TEXT, previous_hash TEXT NOT NULL,
                hash TEXT NOT NULL)
            """,
        ]
    }
}
