package import Digests

extension SourceFileRecord {
    static let columns =
        "digest, name, byte_count, format, accepted, duplicates, quarantined, ingested_at"

    init(reader: inout RowReader) throws {
        digest = try reader.digest()
        name = try reader.text()
        byteCount = try reader.count()
        format = try reader.optionalText()
        accepted = try reader.count()
        duplicates = try reader.count()
        quarantined = try reader.count()
        ingestedAt = try reader.text()
    }
}

extension QuarantineRecord {
    static let columns = "source_file, episode, stage, file_name, reason, message, quarantined_at"

    /// A refusal of a whole file is kept with an empty episode name: null would not be unique.
    init(reader: inout RowReader) throws {
        sourceFile = try reader.digest()
        let name = try reader.text()
        episode = name.isEmpty ? nil : name
        stage = try reader.text()
        fileName = try reader.text()
        reason = try reader.text()
        message = try reader.text()
        at = try reader.text()
    }
}

extension ExperienceCatalogue {
    /// The latest refusals, the newest first.
    package func quarantined(limit: Int) throws -> [QuarantineRecord] {
        let sql = """
            SELECT \(QuarantineRecord.columns) FROM quarantine
            ORDER BY quarantined_at DESC, source_file, episode, stage LIMIT ?
            """
        return try read {
            try $0.rows(sql, [.count(limit)], of: "quarantine") {
                try QuarantineRecord(reader: &$0)
            }
        }
    }

    /// How many refusals each reason has, by the reason's code.
    package func quarantineCounts() throws -> [(reason: String, count: Int)] {
        let sql = "SELECT reason, COUNT(*) FROM quarantine GROUP BY reason ORDER BY reason"
        return try read {
            try $0.rows(sql, of: "quarantine") { (reason: try $0.text(), count: try $0.count()) }
        }
    }

    /// What ingest did before any gate looked: episodes it knew already, and refusals by reason.
    package func intakeCounts() throws -> IntakeCounts {
        let duplicates = try read {
            try $0.number("SELECT CAST(COALESCE(SUM(duplicates), 0) AS BIGINT) FROM source_file")
        }
        let reasons = try quarantineCounts().map { ($0.reason, $0.count) }
        return IntakeCounts(
            duplicates: duplicates,
            quarantinedByReason: Dictionary(reasons, uniquingKeysWith: +))
    }

    /// The ingested file with that content, if there is one.
    package func sourceFile(digest: Digest) throws -> SourceFileRecord? {
        let sql = "SELECT \(SourceFileRecord.columns) FROM source_file WHERE digest = ?"
        return try read {
            try $0.rows(sql, [.text(digest.hex)], of: "source_file") {
                try SourceFileRecord(reader: &$0)
            }
        }.first
    }
}

/// What ingest did with everything that was ever delivered.
package struct IntakeCounts: Sendable, Equatable {
    /// Episodes that were delivered again.
    package let duplicates: Int
    /// Refused files and episodes, by the reason's code.
    package let quarantinedByReason: [String: Int]
}
