import Catalogue
import Foundation
package import StageRuns

/// How things stand: the last runs, the channels, what is known and what waits.
package struct NightStatus: Codable, Equatable, Sendable {
    /// Episodes in the catalogue.
    package var episodes: Int
    /// What was refused, by reason.
    package var quarantined: [String: Int]
    /// Files that wait in the inbox.
    package var inboxFiles: Int
    /// Their size.
    package var inboxBytes: Int
    /// Which release is in which channel.
    package var channels: [String: String]
    /// Who is at work, by what it holds.
    package var working: [String: FileLock.Holder]
    /// The last runs, the newest first.
    package var runs: [Run]
    /// Where the catalogue is, without credentials.
    package var catalogue: String

    /// One run.
    package struct Run: Codable, Equatable, Sendable {
        /// The run's name.
        package var run: String
        /// The pipeline's name.
        package var pipeline: String
        /// `running` only while a process holds the pipeline's lock, `killed` if none does.
        package var state: String
        /// When it began.
        package var startedAt: String
        /// How long it took, if it has ended.
        package var seconds: Double?
        /// The release that it made or confirmed.
        package var release: String?
        /// Whether no stage had anything to do.
        package var nothingNew: Bool?

        private enum CodingKeys: String, CodingKey {
            case run, pipeline, state, seconds, release
            case startedAt = "started_at"
            case nothingNew = "nothing_new"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case episodes, quarantined, channels, working, runs, catalogue
        case inboxFiles = "inbox_files"
        case inboxBytes = "inbox_bytes"
    }
}

extension NightStatus {
    /// Looks at the workspace and the catalogue.
    package init(options: StageOptions, runLimit: Int = 10) throws {
        let workspace = try Workspace(root: options.workspace)
        let catalogue = try ExperienceCatalogue.open(
            workspace: workspace.root, databaseURL: options.databaseURL)
        let working = try Self.holders(workspace)
        let inbox = try Self.waiting(workspace.inbox)
        self.init(
            episodes: try catalogue.episodeCount(),
            quarantined: Dictionary(
                try catalogue.quarantineCounts().map { ($0.reason, $0.count) },
                uniquingKeysWith: +),
            inboxFiles: inbox.count, inboxBytes: inbox.reduce(0, +),
            channels: Dictionary(
                try catalogue.channels().compactMap { channel in
                    channel.release.map { (channel.name, $0) }
                }, uniquingKeysWith: { first, _ in first }),
            working: working,
            runs: try catalogue.runs(limit: runLimit).map {
                try Self.run($0, isAlive: working["pipeline-\($0.pipeline)"] != nil)
            },
            catalogue: catalogue.place)
    }

    private static func run(_ record: RunRecord, isAlive: Bool) throws -> Run {
        let result = try record.summaryJSON.map {
            try JSONDecoder().decode(NightResult.self, from: Data($0.utf8))
        }
        let isKilled = record.state == .running && !isAlive
        return Run(
            run: record.id, pipeline: record.pipeline,
            state: isKilled ? "killed" : record.state.rawValue, startedAt: record.startedAt,
            seconds: result?.seconds, release: result?.release, nothingNew: result?.nothingNew)
    }

    private static func holders(_ workspace: Workspace) throws -> [String: FileLock.Holder] {
        var holders: [String: FileLock.Holder] = [:]
        let files = try FileManager.default.contentsOfDirectory(
            at: workspace.locks, includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "lock" {
            if let holder = try FileLock.holder(of: file) {
                holders[file.deletingPathExtension().lastPathComponent] = holder
            }
        }
        return holders
    }

    /// The sizes of the files in the inbox, those in folders too, without what an ingest has claimed.
    private static func waiting(_ inbox: URL) throws -> [Int] {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
        guard
            let files = FileManager.default.enumerator(
                at: inbox, includingPropertiesForKeys: Array(keys), options: .skipsHiddenFiles)
        else { return [] }
        return try files.compactMap { $0 as? URL }.compactMap { file in
            let values = try file.resourceValues(forKeys: keys)
            return values.isRegularFile == true ? values.fileSize : nil
        }
    }
}
