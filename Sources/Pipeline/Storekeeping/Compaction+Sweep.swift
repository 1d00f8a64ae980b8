import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

extension Compaction {
    /// The stages that read episodes: while one is at work, nothing that it may read goes.
    private static let readers = [
        "ingest", "filter-by-quality", "label-with-value-function", "fine-tune", "shadow-evaluate",
    ]
    /// An attempt that is older than this was killed, whatever the catalogue says.
    private static let longestAttemptDays = 14.0

    /// What was touched before this instant and is not referred to may go.
    private func limit() throws -> Date {
        let running = try session.catalogue.runningAttempts().filter { $0.stage != Self.stage }
            .map { age(of: $0.startedAt, at: now) }
            .filter { $0 < Self.longestAttemptDays * 86_400 }
        return now.addingTimeInterval(-max(settings.graceHours * 3600, running.max() ?? 0))
    }

    /// Removes what nothing refers to and nobody has touched for the grace period.
    func sweep(_ run: StageRun, _ summary: inout CompactionSummary) throws {
        let limit = try limit()
        // Read after the limit was set: what is published from now on was touched after it.
        var objects = Set(try session.catalogue.keptArtefacts().map(\.artefact.digest))
        let freed = try session.catalogue.freedReleases()
        let releases = try session.catalogue.releases(limit: 1 << 30)
        for release in releases where !freed.contains(release.id) {
            let manifest = try ReleaseManifest(
                verifiedBytes: try session.objects.read(release.manifest))
            objects.formUnion([release.manifest, manifest.weights.digest])
        }
        try session.objects.forEachFile { files in
            try StopRequest.check(during: "removing objects")
            for file in files where !(file.digest.map(objects.contains) ?? false) {
                guard try session.objects.remove(file, untouchedSince: limit) else { continue }
                summary.objectsRemoved += 1
                summary.bytesRemoved += file.byteCount
            }
        }
        for release in freed { try removeRelease(release, &summary) }
        try sweepShards(limit, &summary)
        try sweepScratch(&summary)
    }

    private func sweepShards(_ limit: Date, _ summary: inout CompactionSummary) throws {
        let needed = Set(try session.catalogue.shardUsage().map(\.shard))
        let buried = Set(try session.catalogue.unerasedEpisodes().map(\.shard))
        for file in try session.shards.files() {
            if let shard = file.digest, needed.contains(shard) || buried.contains(shard) {
                continue
            }
            guard try session.shards.remove(file, untouchedSince: limit) else { continue }
            summary.shardsRemoved += file.isTemporary ? 0 : 1
            summary.scratchRemoved += file.isTemporary ? 1 : 0
            summary.bytesRemoved += file.byteCount
        }
    }

    private func removeRelease(_ id: String, _ summary: inout CompactionSummary) throws {
        let folder = session.workspace.releases.appending(path: id, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        summary.bytesRemoved += try Folder(url: folder).byteCount()
        // Renamed first: a robot finds a whole release or none.
        let aside = session.workspace.releases.appending(path: ".tmp-freed-\(id)")
        if !FileManager.default.fileExists(atPath: aside.path) {
            try DurableFile.move(folder, to: aside)
        }
        try FileManager.default.removeItem(at: aside)
    }

    private func sweepScratch(_ summary: inout CompactionSummary) throws {
        let root = session.workspace.runs.appending(path: "scratch")
        guard FileManager.default.fileExists(atPath: root.path) else { return }
        let oldest = try limit().addingTimeInterval(
            min(0, settings.graceHours * 3600 - settings.keepScratchDays * 86_400))
        for name in try FileManager.default.contentsOfDirectory(atPath: root.path) {
            let folder = Folder(url: root.appending(path: name, directoryHint: .isDirectory))
            guard try folder.lastChange() < oldest else { continue }
            summary.bytesRemoved += try folder.byteCount()
            try FileManager.default.removeItem(at: folder.url)
            summary.scratchRemoved += 1
        }
    }
}

extension Compaction {
    /// Removes the bytes of withdrawn episodes, unless a stage may be reading them.
    func erase(_ run: StageRun, _ summary: inout CompactionSummary) throws {
        let buried = try session.catalogue.unerasedEpisodes()
        guard !buried.isEmpty else { return }
        let needed = Set(try session.catalogue.shardUsage().map(\.shard))
        let withdrawals = Dictionary(
            buried.filter { !needed.contains($0.shard) }.map { ($0.shard, $0.at) },
            uniquingKeysWith: max)
        let files = try session.shards.files().filter {
            $0.digest.map { withdrawals[$0] != nil } ?? false
        }
        let isQuiet = try whileQuiet(Self.readers[...]) {
            try remove(files, untouchedSince: .distantFuture, &summary)
        }
        if !isQuiet {
            let limit = try limit()
            let old = files.filter { file in
                let at = file.digest.flatMap { withdrawals[$0] } ?? ""
                return age(of: at, at: now) > now.timeIntervalSince(limit)
            }
            try remove(old, untouchedSince: limit, &summary)
        }
        let erased = Set(withdrawals.keys.filter { session.shards.byteCount(of: $0) == nil })
        let gone = buried.filter { erased.contains($0.shard) }
        summary.recordingsRemoved = try removeRecordings(Set(gone.map(\.sourceFile)), &summary)
        for shard in erased.sorted() {
            summary.episodesErased += try session.catalogue.recordErasure(of: shard)
        }
        summary.episodesWaiting = buried.count - gone.count
    }

    private func remove(
        _ files: [StoredFile], untouchedSince limit: Date, _ summary: inout CompactionSummary
    ) throws {
        for file in files where try session.shards.remove(file, untouchedSince: limit) {
            summary.shardsRemoved += 1
            summary.bytesRemoved += file.byteCount
        }
    }

    private func removeRecordings(
        _ sources: Set<Digest>, _ summary: inout CompactionSummary
    ) throws -> Int {
        let files = try KeptRecordings(of: session.workspace).files(of: sources)
        for file in files {
            summary.bytesRemoved +=
                try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            try FileManager.default.removeItem(at: file)
        }
        return files.count
    }

    /// Calls `body` while no stage that reads episodes is at work; says whether that is so.
    private func whileQuiet(_ stages: ArraySlice<String>, _ body: () throws -> Void) throws -> Bool
    {
        guard let stage = stages.first else {
            guard try !isBusyElsewhere() else { return false }
            try body()
            return true
        }
        let lock: FileLock
        do {
            lock = try FileLock.acquire(
                session.workspace.lock(ofStage: stage), for: "compact, erasing what was withdrawn")
        } catch StageError.locked {
            return false
        }
        let isQuiet = try whileQuiet(stages.dropFirst(), body)
        _ = lock  // held to here
        return isQuiet
    }

    /// Whether another machine may be at work: locks hold for one, the catalogue is shared.
    private func isBusyElsewhere() throws -> Bool {
        guard session.options.databaseURL != nil else { return false }
        return try session.catalogue.runningAttempts().contains { attempt in
            Self.readers.contains(attempt.stage)
                && age(of: attempt.startedAt, at: now) < settings.graceHours * 3600
        }
    }
}

/// A folder whose files are looked at together.
struct Folder {
    let url: URL

    /// Bytes of all files.
    func byteCount() throws -> Int {
        try values([.fileSizeKey]).reduce(0) { $0 + ($1.fileSize ?? 0) }
    }

    /// When anything in it was last written.
    func lastChange() throws -> Date {
        let own = try url.resourceValues(forKeys: [.contentModificationDateKey])
        return try values([.contentModificationDateKey]).compactMap(\.contentModificationDate)
            .reduce(own.contentModificationDate ?? .distantPast, max)
    }

    private func values(_ keys: Set<URLResourceKey>) throws -> [URLResourceValues] {
        let files = FileManager.default.enumerator(
            at: url, includingPropertiesForKeys: Array(keys))
        return try (files?.compactMap { $0 as? URL } ?? []).map {
            try $0.resourceValues(forKeys: keys)
        }
    }
}
