#if LeRobot
internal import Arrow
internal import Foundation

/// Where one episode of a dataset lies.
struct LeRobotEntry {
    /// Part of a video.
    struct Clip {
        /// Below the dataset.
        let path: String
        /// When the episode's first frame is shown, in seconds from the file's start.
        let start: Double
    }

    let number: Int
    /// Steps that the dataset states.
    let length: Int?
    /// The Parquet file, below the dataset.
    let dataPath: String
    /// Clips by the feature's name.
    let clips: [String: Clip]
    /// What the dataset itself says of the whole episode.
    let success: Bool?
    let tasks: [String]
}

/// All episodes that a dataset lists, and its tasks.
struct LeRobotIndex {
    private(set) var entries: [LeRobotEntry] = []
    private(set) var tasks: [Int: String] = [:]

    private let folder: LeRobotFolder
    private let name: String
    private let info: LeRobotInfo
    private let cameras: [String]

    /// Lists of more episodes are refused: they would not be looked at by anybody.
    private static let countLimit = 1 << 22

    init(of folder: LeRobotFolder, info: LeRobotInfo) throws(EpisodeFileError) {
        self.folder = folder
        name = folder.name
        self.info = info
        cameras = info.features.filter { $0.value.dtype == "video" }.keys.sorted()
        if info.isPacked {
            try readPackedTasks()
            try readPackedEpisodes()
        } else {
            try readTasks()
            try readEpisodes()
        }
        entries.sort { $0.number < $1.number }
        guard !entries.isEmpty else {
            throw EpisodeFileError(.noEpisodes, "\(name): the dataset lists no episodes")
        }
    }

    // MARK: Version 2: lines of JSON

    private struct TaskLine: Decodable {
        let task_index: Int
        let task: String
    }

    private struct EpisodeLine: Decodable {
        let episode_index: Int
        let length: Int?
        let tasks: [String]?
        let success: Bool?
    }

    private mutating func readTasks() throws(EpisodeFileError) {
        for line in try lines(of: "meta/tasks.jsonl", as: TaskLine.self) {
            tasks[line.task_index] = line.task
        }
    }

    private mutating func readEpisodes() throws(EpisodeFileError) {
        for line in try lines(of: "meta/episodes.jsonl", as: EpisodeLine.self) {
            let number = line.episode_index
            let chunk = number / max(1, info.chunkSize ?? 1000)
            let numbers = ["episode_chunk": chunk, "episode_index": number]
            var clips: [String: LeRobotEntry.Clip] = [:]
            for camera in cameras {
                let path = try path(info.videoPath, numbers, camera: camera)
                clips[camera] = LeRobotEntry.Clip(path: path, start: 0)
            }
            entries.append(
                LeRobotEntry(
                    number: number, length: line.length,
                    dataPath: try path(info.dataPath, numbers), clips: clips,
                    success: line.success, tasks: line.tasks ?? []))
        }
    }

    private func lines<Line: Decodable>(
        of path: String, as _: Line.Type
    ) throws(EpisodeFileError) -> [Line] {
        let file = try folder.file(at: path)
        do {
            let decoder = JSONDecoder()
            return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
                .prefix(Self.countLimit).map { try decoder.decode(Line.self, from: Data($0)) }
        } catch {
            throw EpisodeFileError(
                .fileUnreadable, "\(name): \(path) cannot be read: \(error); deliver it again")
        }
    }

    private func path(
        _ template: String?, _ numbers: [String: Int], camera: String = ""
    ) throws(EpisodeFileError) -> String {
        guard let template,
            let path = LeRobotPath.filled(
                template, numbers: numbers, texts: ["video_key": camera])
        else {
            throw EpisodeFileError(
                .fileUnreadable,
                "\(name): meta/info.json has the path \((template ?? "null").debugDescription), "
                    + "which names no file inside the dataset")
        }
        return path
    }
}

// MARK: Version 3: Parquet

extension LeRobotIndex {
    private mutating func readPackedTasks() throws(EpisodeFileError) {
        try withParquet("meta/tasks.parquet", columns: nil) { rows throws(ArrowError) in
            // Writers keep the text as the index of a pandas table, or as a column.
            let column = ["task", "__index_level_0__"].first(where: rows.columns.contains)
            let numbers = try rows.integers("task_index")
            for (row, number) in numbers.enumerated() {
                tasks[number] = try rows.text(column ?? "task", row: row)
            }
        }
    }

    private mutating func readPackedEpisodes() throws(EpisodeFileError) {
        let paths = try folder.files(below: "meta/episodes", ending: "parquet")
        var columns = [
            "episode_index", "length", "data/chunk_index", "data/file_index", "success",
        ]
        for camera in cameras {
            columns += Self.clipColumns.map { "videos/\(camera)/\($0)" }
        }
        for path in paths { try readPackedEpisodes(of: path, columns) }
    }

    private static let clipColumns = ["chunk_index", "file_index", "from_timestamp"]

    private mutating func readPackedEpisodes(
        of path: String, _ columns: [String]
    ) throws(EpisodeFileError) {
        var failure: EpisodeFileError?
        try withParquet(path, columns: columns) { rows throws(ArrowError) in
            var numbers: [String: [Int]] = [:]
            for column in rows.columns where !column.hasSuffix("_timestamp") {
                numbers[column] = try rows.integers(column)
            }
            var starts: [String: [Double]] = [:]
            for camera in cameras {
                starts[camera] = try rows.doubles("videos/\(camera)/from_timestamp")
            }
            for row in 0..<min(rows.rowCount, Self.countLimit) {
                do throws(EpisodeFileError) {
                    entries.append(
                        try entry(numbers.mapValues { $0[row] }, starts.mapValues { $0[row] }))
                } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
    }

    private func entry(
        _ numbers: [String: Int], _ starts: [String: Double]
    ) throws(EpisodeFileError) -> LeRobotEntry {
        var clips: [String: LeRobotEntry.Clip] = [:]
        for (camera, start) in starts {
            let place = [
                "chunk_index": numbers["videos/\(camera)/chunk_index"],
                "file_index": numbers["videos/\(camera)/file_index"],
            ].compactMapValues { $0 }
            let path = try path(info.videoPath, place, camera: camera)
            clips[camera] = LeRobotEntry.Clip(path: path, start: start)
        }
        let place = [
            "chunk_index": numbers["data/chunk_index"],
            "file_index": numbers["data/file_index"],
        ].compactMapValues { $0 }
        guard let number = numbers["episode_index"] else {
            throw EpisodeFileError(
                .fileUnreadable, "\(name): meta/episodes has no column episode_index")
        }
        return LeRobotEntry(
            number: number, length: numbers["length"],
            dataPath: try path(info.dataPath, place), clips: clips,
            success: numbers["success"].map { $0 != 0 }, tasks: [])
    }

    private func withParquet(
        _ path: String, columns: [String]?,
        _ body: (borrowing ParquetRows) throws(ArrowError) -> Void
    ) throws(EpisodeFileError) {
        let url = try folder.file(at: path)
        do throws(ArrowError) {
            let file = try ParquetFile(readingFrom: url.path, columns: columns)
            guard file.rowCount > 0 else { return }
            try body(try file.rows(0..<file.rowCount))
        } catch {
            throw EpisodeFileError(
                .fileUnreadable,
                "\(name): \(path) cannot be read: \(error.reason); deliver the dataset again")
        }
    }
}
#endif
