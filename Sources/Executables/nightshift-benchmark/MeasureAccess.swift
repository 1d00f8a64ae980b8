import Batching
import Catalogue
import Dispatch
import EpisodeStore
import Episodes
import Foundation
import StageRuns
import Synchronization

/// How fast windows of random episodes come into batches, in windows a second.
private struct AccessFigure: Encodable {
    let figure: String
    let workers: Int
    let windows: Int
    let seconds: Double
    let windowsPerSecond: Double
}

/// Windows of `length` steps before, and of actions after, a random step of a random episode.
///
/// Prints one JSON object a line: making the columns, which a stage does once, and drawing from them
/// with one worker and with one a core; and the same windows straight from the shards.
func measureAccess(workspace: URL, batch: Int, length: Int, seconds: Double) throws {
    let session = try StageSession(options: StageOptions(workspace: workspace))
    let file = FileManager.default.temporaryDirectory
        .appending(path: "nightshift-access-\(UUID().uuidString).f32")
    let start = ContinuousClock.now
    let columns = try columns(of: session, at: file)
    try report("columns", workers: 1, windows: columns.episodes.count, since: start)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    for workers in Set([1, cores]).sorted() {
        let start = ContinuousClock.now
        let count = try draw(
            columns, workers: workers, batch: batch, length: length, seconds: seconds)
        try report("windows", workers: workers, windows: count, since: start)
    }
    try measureShards(session, length: length, seconds: seconds)
}

private func columns(of session: StageSession, at file: URL) throws -> ExperienceColumns {
    var robots: [String: Embodiment] = [:]
    try session.catalogue.forEachEpisode {
        robots[$0.metadata.embodiment.name] = $0.metadata.embodiment
    }
    guard !robots.isEmpty else {
        throw StageError.usage(
            "there are no episodes in \(session.workspace.root.path)",
            next: "Ingest recordings into it first.")
    }
    var writer = try ExperienceColumnsWriter(at: file, embodiments: Array(robots.values))
    try session.catalogue.forEachEpisode { record in
        _ = try writer.add(
            try session.shards.read(
                EpisodeLocation(
                    shard: record.shard, offset: record.offset, length: record.length),
                expecting: record.digest),
            digest: record.digest)
    }
    return writer.finish()
}

private func draw(
    _ columns: ExperienceColumns, workers: Int, batch: Int, length: Int, seconds: Double
) throws -> Int {
    let results = Mutex([Result<Int, any Error>]())
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
        let result = Result {
            try draw(columns, batch: batch, length: length, seconds: seconds)
        }
        results.withLock { $0.append(result) }
    }
    return try results.withLock { try $0.reduce(0) { try $0 + $1.get() } }
}

private func draw(
    _ columns: ExperienceColumns, batch: Int, length: Int, seconds: Double
) throws -> Int {
    var random = SystemRandomNumberGenerator()
    var filled = PolicyBatch(
        count: batch, historyLength: length, stateWidth: columns.stateWidth, horizon: length,
        actionWidth: columns.actionWidth)
    var buffer: [Float] = []
    var count = 0
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(seconds) {
        for sample in 0..<batch {
            let entry = columns.episodes[
                Int.random(in: columns.episodes.indices, using: &random)]
            let step = Int.random(in: 0..<entry.stepCount, using: &random)
            try columns.fill(&filled, sample: sample, from: entry, step: step, buffer: &buffer)
        }
        count += batch
    }
    return count
}

/// One window of each of many random episodes, each read, decompressed and verified whole.
private func measureShards(_ session: StageSession, length: Int, seconds: Double) throws {
    var places: [FramePlace] = []
    try session.catalogue.forEachFramePage { places += $0 }
    let start = ContinuousClock.now
    var count = 0
    while start.duration(to: .now) < .seconds(seconds), let place = places.randomElement() {
        let episode = try session.shards.read(
            EpisodeLocation(shard: place.shard, offset: place.offset, length: place.length),
            expecting: place.digest)
        let states = try episode.stateMatrix()
        let width = episode.metadata.embodiment.stateWidth
        let step = Int.random(in: 0..<episode.metadata.stepCount)
        let first = max(0, step - length + 1)
        precondition(states[(first * width)..<((step + 1) * width)].allSatisfy(\.isFinite))
        count += 1
    }
    try report("shards", workers: 1, windows: count, since: start)
}

private func report(
    _ figure: String, workers: Int, windows: Int, since start: ContinuousClock.Instant
) throws {
    let parts = start.duration(to: .now).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    print(
        try canonicalJSON(
            AccessFigure(
                figure: figure, workers: workers, windows: windows, seconds: seconds,
                windowsPerSecond: Double(windows) / seconds)))
}
