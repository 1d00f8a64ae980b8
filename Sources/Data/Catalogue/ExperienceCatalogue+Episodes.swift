package import Digests
internal import Episodes

extension ExperienceCatalogue {
    /// Rows that one page of a streamed query holds: what bounds its memory.
    private static let pageSize = 2_000
    /// Digests asked for in one statement.
    private static let lookupSize = 500

    /// Those of `digests` that are recorded.
    package func knownEpisodes(among digests: [Digest]) throws -> Set<Digest> {
        var known: Set<Digest> = []
        for part in chunks(of: digests, size: Self.lookupSize) {
            let sql = "SELECT digest FROM episode WHERE digest IN (\(placeholders(part.count)))"
            let found = try read {
                try $0.rows(sql, part.map { .text($0.hex) }, of: "episode") { try $0.digest() }
            }
            known.formUnion(found)
        }
        return known
    }

    /// Records one delivery in one transaction: each episode once, however often it comes.
    ///
    /// Nothing is recorded unless `attempt`, if any, is still its stage's newest. Says how many
    /// episodes are new, and which were known or came twice.
    @discardableResult
    package func record(
        episodes: [EpisodeRecord], quarantined: [QuarantineRecord] = [],
        sources: [SourceFileRecord] = [], guardedBy attempt: Attempt?
    ) throws -> (inserted: Int, duplicates: [Digest]) {
        try write { transaction in
            if let attempt { try transaction.requireCurrent(attempt) }
            try transaction.insert(sources: sources)
            try transaction.insert(quarantined: quarantined)
            return try transaction.insert(episodes: episodes)
        }
    }

    /// How many episodes are recorded.
    package func episodeCount() throws -> Int {
        try read { try $0.number("SELECT COUNT(*) FROM episode") }
    }

    /// Calls `body` with every episode in the order of their digests, holding one page at a time.
    ///
    /// The body may use the catalogue. Episodes recorded meanwhile may or may not be seen.
    package func forEachEpisode(_ body: (EpisodeRecord) throws -> Void) throws {
        try forEachPage(
            selecting: EpisodeRecord.columns, of: EpisodeRecord.init(reader:),
            digest: { $0.digest }, body)
    }

    /// Calls `body` with the outline of every episode in the order of their digests.
    package func forEachEpisodeOutline(_ body: (EpisodeOutline) throws -> Void) throws {
        try forEachPage(
            selecting: EpisodeOutline.columns, of: EpisodeOutline.init(reader:),
            digest: { $0.digest }, body)
    }

    /// The records of those digests, in the order asked for.
    ///
    /// - Throws: ``CatalogueError/notFound(what:)`` naming the first that is not recorded, or
    ///   ``CatalogueError/withdrawn(episode:at:)`` where it was, once.
    package func episodes(withDigests digests: [Digest]) throws -> [EpisodeRecord] {
        var found: [Digest: EpisodeRecord] = [:]
        for part in chunks(of: digests, size: Self.lookupSize) {
            let sql =
                "SELECT \(EpisodeRecord.columns) FROM episode "
                + "WHERE digest IN (\(placeholders(part.count)))"
            let records = try read {
                try $0.rows(sql, part.map { .text($0.hex) }, of: "episode") {
                    try EpisodeRecord(reader: &$0)
                }
            }
            for record in records { found[record.digest] = record }
        }
        return try digests.map { digest in
            guard let record = found[digest] else { throw try absence(of: digest) }
            return record
        }
    }

    /// The digest of all experience: SHA-256 over the sorted digests, each a line of hex digits.
    package func experienceDigest() throws -> Digest {
        var accumulator = DigestAccumulator()
        try forEachPage(selecting: "digest", of: { try $0.digest() }, digest: { $0 }) {
            accumulator.update($0.hex + "\n")
        }
        return accumulator.finalize()
    }

    /// Episodes and steps by task and outcome, in that order.
    package func taskCounts() throws -> [TaskCount] {
        let sql = """
            SELECT instruction, embodiment, outcome, COUNT(*), CAST(SUM(step_count) AS BIGINT)
            FROM episode GROUP BY instruction, embodiment, outcome
            ORDER BY instruction, embodiment, outcome
            """
        return try read {
            try $0.rows(sql, of: "episode") {
                try TaskCount(
                    instruction: $0.text(), embodiment: $0.text(), outcome: $0.name(),
                    episodes: $0.count(), steps: $0.count())
            }
        }
    }

    private func absence(of digest: Digest) throws -> CatalogueError {
        let times = try read {
            try $0.rows(
                "SELECT withdrawn_at FROM withdrawn WHERE digest = ?", [.text(digest.hex)],
                of: "withdrawn"
            ) { try $0.text() }
        }
        return times.first.map { .withdrawn(episode: digest.hex, at: $0) }
            ?? .notFound(what: "episode \(digest)")
    }

    private func forEachPage<Value>(
        selecting columns: String, of make: (inout RowReader) throws -> Value,
        digest: (Value) -> Digest, _ body: (Value) throws -> Void
    ) throws {
        let sql =
            "SELECT \(columns) FROM episode WHERE digest > ? ORDER BY digest LIMIT \(Self.pageSize)"
        var last = ""
        while true {
            let page = try read { try $0.rows(sql, [.text(last)], of: "episode", make) }
            try page.forEach(body)
            guard page.count == Self.pageSize, let final = page.last else { return }
            last = digest(final).hex
        }
    }
}
