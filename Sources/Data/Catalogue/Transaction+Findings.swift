internal import Digests

extension Transaction {
    private static let insertSize = 200

    /// Records verdicts of quality gates, made by `attempt`.
    package func recordFindings(_ findings: [FindingRecord], of attempt: Attempt) throws {
        for part in chunks(of: findings, size: Self.insertSize) {
            let values = part.map { finding -> [SQLValue] in
                [
                    .text(attempt.id), .text(finding.episode.hex), .text(finding.gate),
                    .text(finding.severity.rawValue), .text(finding.message),
                    .optional(finding.value), .optional(finding.threshold),
                ]
            }
            try connection.execute(
                "INSERT INTO finding (attempt, \(FindingRecord.columns)) VALUES \(tuples(values))",
                values.flatMap { $0 })
        }
    }
}

extension FindingRecord {
    static let columns = "episode, gate, severity, message, value, threshold"

    init(reader: inout RowReader) throws {
        episode = try reader.digest()
        gate = try reader.text()
        severity = try reader.name()
        message = try reader.text()
        value = try reader.optionalReal()
        threshold = try reader.optionalReal()
    }
}

extension ExperienceCatalogue {
    /// The verdicts that an attempt recorded, by episode and gate.
    package func findings(attempt: String, limit: Int) throws -> [FindingRecord] {
        let sql = """
            SELECT \(FindingRecord.columns) FROM finding WHERE attempt = ?
            ORDER BY episode, gate, message LIMIT ?
            """
        return try read {
            try $0.rows(sql, [.text(attempt), .count(limit)], of: "finding") {
                try FindingRecord(reader: &$0)
            }
        }
    }

    /// How many verdicts an attempt recorded, by gate and severity.
    package func findingCounts(
        attempt: String
    ) throws -> [(gate: String, severity: FindingSeverity, count: Int)] {
        let sql = """
            SELECT gate, severity, COUNT(*) FROM finding WHERE attempt = ?
            GROUP BY gate, severity ORDER BY gate, severity
            """
        return try read {
            try $0.rows(sql, [.text(attempt)], of: "finding") {
                (gate: try $0.text(), severity: try $0.name(), count: try $0.count())
            }
        }
    }
}
