#if LeRobot
internal import Arrow
internal import Episodes
internal import Foundation

/// Writes the episodes of one dataset.
final class LeRobotDatasetWriter {
    /// Where an episode was written, and what the list of episodes says of it.
    struct Entry {
        let task: String
        let length: Int
        /// Steps of the episodes before it.
        let first: Int
        let file: Int
        /// Where time 0 of its steps is in its videos, in seconds.
        let videoStart: Double
        let digest: String
        let weight: Double
        let isNeverPositive: Bool
        let outcome: Outcome
        let isDemonstration: Bool
        let provenance: Provenance
    }

    /// As lerobot's own datasets have it.
    static let chunkSize = 1000
    static let fileMegabytes = 100

    private(set) var part: ExportedPart
    private let folder: URL
    private let layout: LeRobotExport.Layout
    private let origin: ExportOrigin
    private var writer: ParquetWriter?
    private var file = 0
    private var fileByteCount = 0
    private var entries: [Entry] = []
    private var tasks: [String: Int] = [:]
    private var moments: [[Moments]]

    init(folder: URL, name: String, layout: LeRobotExport.Layout, origin: ExportOrigin) {
        self.folder = folder
        self.layout = layout
        self.origin = origin
        part = ExportedPart(path: name, embodiment: layout.embodiment)
        moments = []
    }

    /// Writes one episode, whose columns are those of the layout.
    func add(_ item: EpisodeToExport, _ found: LeRobotColumns) throws {
        let metadata = item.metadata
        let task = tasks[metadata.instruction] ?? tasks.count
        tasks[metadata.instruction] = task
        let numbered = numbering(metadata.stepCount, task: task)
        try write(found.columns + numbered, rowCount: metadata.stepCount)
        try write(found.videos)
        note(
            found.columns.map(\.moments) + found.videos.map(\.moments)
                + numbered.map(\.moments))
        let firstTime = item.episode.array(named: "timestamp")?.doubles().first ?? 0
        entries.append(
            Entry(
                task: metadata.instruction, length: metadata.stepCount, first: part.steps,
                file: file, videoStart: 0 - firstTime, digest: item.digest, weight: item.weight,
                isNeverPositive: item.isNeverPositive, outcome: metadata.outcome,
                isDemonstration: metadata.isDemonstration, provenance: metadata.provenance))
        part.episodes += 1
        part.steps += metadata.stepCount
        part.leftOut.formUnion(found.leftOut)
    }

    /// Writes what belongs to the whole dataset, and closes its files.
    func finish() throws {
        try writer?.finish()
        writer = nil
        let numbered = numbering(0, task: 0)
        let names = layout.names + numbered.map(\.field.name)
        let features = layout.features + numbered.map(\.feature)
        try LeRobotMetadata(
            folder: folder, layout: layout, origin: origin, features: Array(zip(names, features)),
            moments: moments, entries: entries,
            tasks: tasks.sorted { $0.value < $1.value }.map(\.key)
        ).write()
    }

    /// Path of a numbered file below the dataset.
    static func path(
        _ folder: String, _ number: Int, kind: String = "parquet"
    ) -> String {
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        }
        return "\(folder)/chunk-\(padded(number / chunkSize))/"
            + "file-\(padded(number % chunkSize)).\(kind)"
    }

    /// The columns that say which row of the dataset is which.
    private func numbering(_ count: Int, task: Int) -> [LeRobotColumn] {
        let steps = 0..<Int64(count)
        func column(_ name: String, _ number: (Int64) -> Int64) -> LeRobotColumn {
            LeRobotColumn(EpisodeArray(name: name, steps.map(number), .int64))
        }
        let (episode, first) = (Int64(part.episodes), Int64(part.steps))
        return [
            column("frame_index") { $0 }, column("episode_index") { _ in episode },
            column("index") { first + $0 }, column("task_index") { _ in Int64(task) },
        ]
    }

    private func write(_ columns: [LeRobotColumn], rowCount: Int) throws {
        let byteCount = columns.reduce(0) { $0 + $1.values.byteCount }
        if writer != nil, fileByteCount + byteCount > Self.fileMegabytes << 20 {
            try writer?.finish()
            writer = nil
            file += 1
            fileByteCount = 0
        }
        if writer == nil {
            let url = folder.appending(path: Self.path("data", file))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            writer = try ParquetWriter(creating: url.path, fields: columns.map(\.field))
        }
        fileByteCount += byteCount
        try writer?.write(rowCount: rowCount, columns: columns.map(\.values))
    }

    /// One file an episode and camera: it is written as it was recorded.
    private func write(_ videos: [LeRobotVideo]) throws {
        for video in videos {
            let url = folder.appending(
                path: Self.path("videos/\(video.name)", entries.count, kind: "mp4"))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(video.file).write(to: url)
        }
    }

    private func note(_ columns: [[Moments]]) {
        if moments.isEmpty {
            moments = columns
            return
        }
        for (column, found) in columns.enumerated() {
            for (element, one) in found.enumerated() { moments[column][element].add(one) }
        }
    }
}
#endif
