package import Digests

extension ExperienceCatalogue {
    /// Digests asked for, or changed, in one statement.
    private static let partSize = 500

    /// Those of `digests` that were withdrawn.
    package func withdrawnEpisodes(among digests: [Digest]) throws -> Set<Digest> {
        try read { connection in
            var found: Set<Digest> = []
            for part in chunks(of: digests, size: Self.partSize) {
                found.formUnion(try connection.withdrawn(among: part))
            }
            return found
        }
    }

    /// The episodes whose digests begin with `prefix`, at most `limit` of them.
    package func episodes(withPrefix prefix: String, limit: Int) throws -> [Digest] {
        // 'g' follows every hexadecimal digit.
        try read {
            try $0.rows(
                "SELECT digest FROM episode WHERE digest >= ? AND digest < ? ORDER BY digest LIMIT ?",
                [.text(prefix), .text(prefix + "g"), .count(limit)], of: "episode"
            ) { try $0.digest() }
        }
    }

    /// The withdrawals, the oldest first.
    package func withdrawals() throws -> [WithdrawalRecord] {
        let sql = """
            SELECT number, reason, actor, selection, seen_by, withdrawal.withdrawn_at,
            COUNT(withdrawn.digest), COUNT(withdrawn.erased_at)
            FROM withdrawal LEFT JOIN withdrawn ON withdrawn.withdrawal = withdrawal.number
            GROUP BY number, reason, actor, selection, seen_by, withdrawal.withdrawn_at
            ORDER BY number
            """
        return try read {
            try $0.rows(sql, of: "withdrawal") {
                try WithdrawalRecord(
                    number: $0.count(), reason: $0.text(), actor: $0.text(),
                    selectionJSON: $0.text(), seenByJSON: $0.text(), at: $0.text(),
                    episodes: $0.count(), erased: $0.count())
            }
        }
    }

    /// Withdrawn episodes whose bytes are still there, by shard and offset.
    package func unerasedEpisodes() throws -> [WithdrawnEpisode] {
        let sql = """
            SELECT digest, shard, shard_offset, shard_length, source_file, withdrawn_at, erased_at
            FROM withdrawn WHERE erased_at IS NULL ORDER BY shard, shard_offset
            """
        return try read {
            try $0.rows(sql, of: "withdrawn") {
                try WithdrawnEpisode(
                    digest: $0.digest(), shard: $0.digest(), offset: $0.count(),
                    length: $0.count(), sourceFile: $0.digest(), at: $0.text(),
                    erasedAt: $0.optionalText())
            }
        }
    }

    /// Takes episodes out of the experience for good, in one transaction.
    ///
    /// `tainted` are the attempts whose outputs saw them: these are not reused any more. Running
    /// attempts of `fenced` stages may not publish: they may have read what is withdrawn here.
    package func withdraw(
        _ digests: [Digest], reason: String, actor: String, selectionJSON: String,
        seenByJSON: String, tainted: [String], fenced: [String], at time: String = timestamp()
    ) throws -> (number: Int, withdrawn: Int, abandoned: [String]) {
        try write { transaction in
            let connection = transaction.connection
            let number =
                try connection.number("SELECT COALESCE(MAX(number), 0) FROM withdrawal") + 1
            try connection.execute(
                "INSERT INTO withdrawal (number, reason, actor, selection, seen_by, withdrawn_at) "
                    + "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    .count(number), .text(reason), .text(actor), .text(selectionJSON),
                    .text(seenByJSON), .text(time),
                ])
            var count = 0
            for part in chunks(of: digests, size: Self.partSize) {
                count += try transaction.bury(part, withdrawal: number, at: time)
            }
            for attempt in tainted {
                try connection.execute(
                    "UPDATE artefact SET withdrawn_at = ? WHERE attempt = ?",
                    [.text(time), .text(attempt)])
            }
            return (number, count, try fenced.flatMap { try transaction.abandon($0, at: time) })
        }
    }

    /// Notes that the bytes of withdrawn episodes that lay in `shard` are gone.
    package func recordErasure(of shard: Digest, at time: String = timestamp()) throws -> Int {
        try write {
            try $0.connection.execute(
                "UPDATE withdrawn SET erased_at = ? WHERE shard = ? AND erased_at IS NULL",
                [.text(time), .text(shard.hex)])
        }
    }
}

extension Transaction {
    func withdrawnAmong(_ digests: [Digest]) throws -> Set<Digest> {
        try connection.withdrawn(among: digests)
    }

    /// Moves episodes to the tombstones, and makes files that brought them readable again.
    fileprivate func bury(
        _ digests: some Collection<Digest>, withdrawal: Int, at time: String
    ) throws -> Int {
        let list = placeholders(digests.count)
        let values = digests.map { SQLValue.text($0.hex) }
        let counts = try connection.rows(
            "SELECT source_file, COUNT(*) FROM episode WHERE digest IN (\(list)) "
                + "GROUP BY source_file", values, of: "episode"
        ) { (file: try $0.text(), count: try $0.count()) }
        for (file, count) in counts {
            // The same bytes delivered again are read again, and what was withdrawn is refused.
            try connection.execute(
                "UPDATE source_file SET accepted = accepted - ?, quarantined = quarantined + ? "
                    + "WHERE digest = ?", [.count(count), .count(count), .text(file)])
        }
        try connection.execute(
            "INSERT INTO withdrawn (digest, withdrawal, shard, shard_offset, shard_length, "
                + "source_file, withdrawn_at) SELECT digest, CAST(? AS BIGINT), shard, "
                + "shard_offset, shard_length, source_file, CAST(? AS TEXT) FROM episode "
                + "WHERE digest IN (\(list))", [.count(withdrawal), .text(time)] + values)
        return try connection.execute("DELETE FROM episode WHERE digest IN (\(list))", values)
    }

    /// Takes the right to publish from a stage's running attempts, and names them.
    fileprivate func abandon(_ stage: String, at time: String) throws -> [String] {
        let running = try connection.rows(
            "SELECT id FROM attempt WHERE stage = ? AND state = 'running'", [.text(stage)],
            of: "attempt"
        ) { try $0.text() }
        try connection.execute(
            "UPDATE attempt SET state = 'abandoned', finished_at = ? "
                + "WHERE stage = ? AND state = 'running'", [.text(time), .text(stage)])
        return running
    }
}

extension SQLConnection {
    fileprivate func withdrawn(among digests: some Collection<Digest>) throws -> Set<Digest> {
        guard !digests.isEmpty else { return [] }
        return Set(
            try rows(
                "SELECT digest FROM withdrawn WHERE digest IN (\(placeholders(digests.count)))",
                digests.map { .text($0.hex) }, of: "withdrawn"
            ) { try $0.digest() })
    }
}
