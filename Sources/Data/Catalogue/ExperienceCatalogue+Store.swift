package import Digests

extension ExperienceCatalogue {
    private static let framePageSize = 1_024
    private static let partSize = 500

    /// Every shard that holds episodes, in the order of their names.
    package func shardUsage() throws -> [ShardUsage] {
        let sql = """
            SELECT shard, COUNT(*), CAST(SUM(shard_length) AS BIGINT) FROM episode
            GROUP BY shard ORDER BY shard
            """
        return try read {
            try $0.rows(sql, of: "episode") {
                try ShardUsage(shard: $0.digest(), episodes: $0.count(), byteCount: $0.count())
            }
        }
    }

    /// Calls `body` with the places of all episodes, a page at a time, by shard and offset.
    ///
    /// The body may use the catalogue.
    package func forEachFramePage(_ body: ([FramePlace]) throws -> Void) throws {
        let sql = """
            SELECT digest, shard, shard_offset, shard_length FROM episode
            WHERE shard > ? OR (shard = ? AND shard_offset > ?)
            ORDER BY shard, shard_offset LIMIT \(Self.framePageSize)
            """
        var last: FramePlace?
        while true {
            let shard = SQLValue.text(last?.shard.hex ?? "")
            let page = try frames(sql, [shard, shard, .count(last?.offset ?? -1)])
            if !page.isEmpty { try body(page) }
            guard page.count == Self.framePageSize, let final = page.last else { return }
            last = final
        }
    }

    /// The places of the episodes in one shard, by offset.
    package func frames(in shard: Digest) throws -> [FramePlace] {
        try frames(
            "SELECT digest, shard, shard_offset, shard_length FROM episode WHERE shard = ? "
                + "ORDER BY shard_offset", [.text(shard.hex)])
    }

    /// Where an episode lies now; nil where it is not, or no longer, in the experience.
    package func frame(of digest: Digest) throws -> FramePlace? {
        try frames(
            "SELECT digest, shard, shard_offset, shard_length FROM episode WHERE digest = ?",
            [.text(digest.hex)]
        ).first
    }

    /// Records that frames lie elsewhere now, in one transaction.
    ///
    /// `moves` are pairs of an old and a new place. An episode that was withdrawn meanwhile stays
    /// withdrawn, and its tombstone follows its bytes. Says how many episodes moved.
    package func moveFrames(
        _ moves: [(from: FramePlace, to: FramePlace)], guardedBy attempt: Attempt
    ) throws -> Int {
        try write { transaction in
            try transaction.requireCurrent(attempt)
            var moved = 0
            for (old, new) in moves {
                for table in ["episode", "withdrawn"] {
                    let changed = try transaction.connection.execute(
                        "UPDATE \(table) SET shard = ?, shard_offset = ?, shard_length = ? "
                            + "WHERE digest = ? AND shard = ? AND shard_offset = ?",
                        [
                            .text(new.shard.hex), .count(new.offset), .count(new.length),
                            .text(old.digest.hex), .text(old.shard.hex), .count(old.offset),
                        ])
                    if table == "episode" { moved += changed }
                }
            }
            return moved
        }
    }

    /// Every output whose bytes have not been freed, by stage, epoch and position.
    package func keptArtefacts() throws -> [KeptArtefact] {
        let sql = """
            SELECT attempt, position, stage, epoch, COALESCE(finished_at, started_at),
            kind, name, digest, byte_count
            FROM artefact JOIN attempt ON attempt.id = artefact.attempt
            WHERE freed_at IS NULL ORDER BY stage, epoch, position
            """
        return try read {
            try $0.rows(sql, of: "artefact") { row in
                try KeptArtefact(
                    attempt: row.text(), position: row.count(), stage: row.text(),
                    epoch: row.count(), finishedAt: row.text(),
                    artefact: Artefact(
                        kind: row.text(), name: row.text(), digest: row.digest(),
                        byteCount: row.count()))
            }
        }
    }

    /// Notes that the outputs of attempts, and releases, are kept no longer, in one transaction.
    package func free(
        attempts: [String], releases: [String], guardedBy attempt: Attempt,
        at time: String = timestamp()
    ) throws {
        try write { transaction in
            try transaction.requireCurrent(attempt)
            for (table, column, ids) in [
                ("artefact", "attempt", attempts), ("release", "id", releases),
            ] {
                for part in chunks(of: ids, size: Self.partSize) {
                    try transaction.connection.execute(
                        "UPDATE \(table) SET freed_at = ? WHERE freed_at IS NULL "
                            + "AND \(column) IN (\(placeholders(part.count)))",
                        [.text(time)] + part.map { .text($0) })
                }
            }
        }
    }

    /// Ids of releases whose bytes were freed.
    package func freedReleases() throws -> Set<String> {
        Set(
            try read {
                try $0.rows("SELECT id FROM release WHERE freed_at IS NOT NULL", of: "release") {
                    try $0.text()
                }
            })
    }

    /// Attempts that are recorded as running.
    package func runningAttempts() throws -> [AttemptRecord] {
        try read {
            try $0.rows(
                "SELECT \(AttemptRecord.columns) FROM attempt WHERE state = 'running' "
                    + "ORDER BY started_at", of: "attempt"
            ) { try AttemptRecord(reader: &$0) }
        }
    }

    private func frames(_ sql: String, _ arguments: [SQLValue]) throws -> [FramePlace] {
        try read {
            try $0.rows(sql, arguments, of: "episode") {
                try FramePlace(
                    digest: $0.digest(), shard: $0.digest(), offset: $0.count(),
                    length: $0.count())
            }
        }
    }
}
