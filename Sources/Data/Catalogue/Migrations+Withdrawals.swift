extension Migrations {
    /// Version 2: episodes that were withdrawn, and artefacts and releases whose bytes were freed.
    ///
    /// A withdrawn episode leaves `episode`, so that nothing that reads experience can see it.
    static func withdrawals(_ dialect: SQLDialect) -> [String] {
        let key = dialect.key
        return [
            """
            CREATE TABLE withdrawal (
                number BIGINT PRIMARY KEY, reason TEXT NOT NULL, actor TEXT NOT NULL,
                selection TEXT NOT NULL, seen_by TEXT NOT NULL, withdrawn_at TEXT NOT NULL)
            """,
            """
            CREATE TABLE withdrawn (
                digest \(key) PRIMARY KEY, withdrawal BIGINT NOT NULL REFERENCES withdrawal (number),
                shard \(key) NOT NULL, shard_offset BIGINT NOT NULL, shard_length BIGINT NOT NULL,
                source_file \(key) NOT NULL, withdrawn_at TEXT NOT NULL, erased_at TEXT)
            """,
            "CREATE INDEX withdrawn_shard ON withdrawn (shard)",
            "ALTER TABLE artefact ADD COLUMN freed_at TEXT",
            "ALTER TABLE artefact ADD COLUMN withdrawn_at TEXT",
            "ALTER TABLE release ADD COLUMN freed_at TEXT",
            "CREATE INDEX episode_shard ON episode (shard, shard_offset)",
        ]
    }
}
