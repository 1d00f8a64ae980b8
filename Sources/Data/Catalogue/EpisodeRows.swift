internal import Digests
internal import Episodes
internal import Foundation

extension EpisodeRecord {
    static let columns = """
        digest, shard, shard_offset, shard_length, source_file, instruction, embodiment, outcome, \
        step_count, robot, site, is_demonstration, intervention_count, bytes_in, bytes_stored, \
        ingested_at, metadata
        """

    /// Values in the order of `columns`.
    ///
    /// Those after `source_file` up to `is_demonstration` repeat
    /// metadata, so that SQL can select by them.
    func values(encoder: JSONEncoder) throws -> [SQLValue] {
        let json = String(decoding: try encoder.encode(metadata), as: UTF8.self)
        return [
            .text(digest.hex), .text(shard.hex), .count(offset), .count(length),
            .text(sourceFile.hex), .text(metadata.instruction), .text(metadata.embodiment.name),
            .text(metadata.outcome.rawValue), .count(metadata.stepCount),
            .optional(metadata.provenance.robot), .optional(metadata.provenance.site),
            .flag(metadata.isDemonstration), .count(interventionCount), .count(bytesIn),
            .count(bytesStored), .text(ingestedAt), .text(json),
        ]
    }

    init(reader: inout RowReader) throws {
        digest = try reader.digest()
        shard = try reader.digest()
        offset = try reader.count()
        length = try reader.count()
        sourceFile = try reader.digest()
        reader.skip(7)
        interventionCount = try reader.count()
        bytesIn = try reader.count()
        bytesStored = try reader.count()
        ingestedAt = try reader.text()
        let json = try reader.text()
        do {
            metadata = try JSONDecoder().decode(EpisodeMetadata.self, from: Data(json.utf8))
        } catch {
            throw CatalogueError.malformedRow(
                table: "episode", column: 17, found: "metadata of episode \(digest)",
                expected: "the JSON that this program writes (\(error))")
        }
    }
}

extension EpisodeOutline {
    static let columns = """
        digest, instruction, embodiment, outcome, step_count, robot, site, is_demonstration, \
        intervention_count
        """

    init(reader: inout RowReader) throws {
        digest = try reader.digest()
        instruction = try reader.text()
        embodiment = try reader.text()
        outcome = try reader.name()
        stepCount = try reader.count()
        robot = try reader.optionalText()
        site = try reader.optionalText()
        isDemonstration = try reader.flag()
        interventionCount = try reader.count()
    }
}

extension Transaction {
    /// Rows in one INSERT statement: a trip to a server for each row would take most of the time.
    private static let insertSize = 100

    func insert(
        episodes: [EpisodeRecord]
    ) throws -> (inserted: Int, duplicates: [Digest]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var inserted = 0
        var duplicates: [Digest] = []
        for whole in chunks(of: episodes, size: Self.insertSize) {
            let gone = try withdrawnAmong(whole.map(\.digest))
            let part = whole.filter { !gone.contains($0.digest) }
            guard !part.isEmpty else { continue }
            var new = Set(try insertNew(part, encoder: encoder))
            for record in part {
                if new.remove(record.digest) == nil {
                    duplicates.append(record.digest)
                } else {
                    inserted += 1
                }
            }
        }
        return (inserted, duplicates)
    }

    private func insertNew(
        _ episodes: some Collection<EpisodeRecord>, encoder: JSONEncoder
    ) throws -> [Digest] {
        let values = try episodes.map { try $0.values(encoder: encoder) }
        let sql =
            "INSERT INTO episode (\(EpisodeRecord.columns)) VALUES \(tuples(values)) "
            + "ON CONFLICT (digest) DO NOTHING RETURNING digest"
        return try connection.rows(sql, values.flatMap { $0 }, of: "episode") { try $0.digest() }
    }

    func insert(sources: [SourceFileRecord]) throws {
        for part in chunks(of: sources, size: Self.insertSize) {
            let values = part.map { source -> [SQLValue] in
                [
                    .text(source.digest.hex), .text(source.name), .count(source.byteCount),
                    .optional(source.format), .count(source.accepted), .count(source.duplicates),
                    .count(source.quarantined), .text(source.ingestedAt),
                ]
            }
            try connection.execute(
                "INSERT INTO source_file (\(SourceFileRecord.columns)) VALUES \(tuples(values)) "
                    + "ON CONFLICT (digest) DO NOTHING", values.flatMap { $0 })
        }
    }

    func insert(quarantined: [QuarantineRecord]) throws {
        for part in chunks(of: quarantined, size: Self.insertSize) {
            let values = part.map { record -> [SQLValue] in
                [
                    .text(record.sourceFile.hex), .text(record.episode ?? ""),
                    .text(record.stage), .text(record.fileName), .text(record.reason),
                    .text(record.message), .text(record.at),
                ]
            }
            try connection.execute(
                "INSERT INTO quarantine (\(QuarantineRecord.columns)) VALUES \(tuples(values)) "
                    + "ON CONFLICT (source_file, episode, stage) DO NOTHING",
                values.flatMap { $0 })
        }
    }
}
