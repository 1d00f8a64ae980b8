#if LeRobot
internal import Arrow
internal import Episodes
internal import Foundation

/// The files of a dataset's folder `meta`.
struct LeRobotMetadata {
    let folder: URL
    let layout: LeRobotExport.Layout
    let origin: ExportOrigin
    /// Columns in their order.
    let features: [(name: String, feature: LeRobotFeature)]
    /// Of each column.
    let moments: [[Moments]]
    let entries: [LeRobotDatasetWriter.Entry]
    let tasks: [String]

    private struct Info: Encodable {
        let codebase_version = "v3.0"
        let robot_type: String
        let total_episodes: Int
        let total_frames: Int
        let total_tasks: Int
        let chunks_size = LeRobotDatasetWriter.chunkSize
        let data_files_size_in_mb = LeRobotDatasetWriter.fileMegabytes
        let video_files_size_in_mb = 200
        let fps: Double
        let splits: [String: String]
        let video_path: String?
        let data_path = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
        let features: [String: LeRobotFeature]
        let nightshift: Origin
    }

    private struct Origin: Encodable {
        let snapshot: String
        let label_set: String?
    }

    private struct Statistics: Encodable {
        let moments: [Moments]
        /// Whether it has three channels, as pictures and videos have.
        let isPicture: Bool

        private enum CodingKeys: String, CodingKey { case min, max, mean, std, count }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            for (key, value) in [
                (CodingKeys.min, \Moments.smallest), (.max, \.largest), (.mean, \.mean),
                (.std, \.deviation),
            ] {
                let numbers = moments.map { $0[keyPath: value] }
                // Of pictures a channel x 1 x 1, beside channels x height x width.
                if isPicture {
                    try container.encode(numbers.map { [[$0]] }, forKey: key)
                } else {
                    try container.encode(numbers, forKey: key)
                }
            }
            try container.encode([Int(moments.first?.count ?? 0)], forKey: .count)
        }
    }

    func write() throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "meta/episodes/chunk-000"),
            withIntermediateDirectories: true)
        try writeInfo()
        try writeStatistics()
        try writeTasks()
        try writeEpisodes()
    }

    private func writeInfo() throws {
        try write(
            Info(
                robot_type: layout.embodiment, total_episodes: entries.count,
                total_frames: entries.reduce(0) { $0 + $1.length }, total_tasks: tasks.count,
                fps: layout.framesPerSecond, splits: ["train": "0:\(entries.count)"],
                video_path: layout.videos.isEmpty
                    ? nil : "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
                features: Dictionary(uniqueKeysWithValues: features),
                nightshift: Origin(snapshot: origin.snapshot, label_set: origin.labelSet)),
            to: "meta/info.json")
    }

    private func writeStatistics() throws {
        let pairs = zip(features, moments).map { column, moments in
            (
                column.name,
                Statistics(
                    moments: moments, isPicture: ["image", "video"].contains(column.feature.dtype))
            )
        }
        try write(Dictionary(uniqueKeysWithValues: pairs), to: "meta/stats.json")
    }

    private func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(value).write(to: folder.appending(path: path))
    }

    /// The text is the index of a pandas table, as lerobot has it.
    private func writeTasks() throws {
        let pandas = """
            {"index_columns": ["__index_level_0__"], "column_indexes": [], "columns": [\
            {"name": "task_index", "field_name": "task_index", "pandas_type": "int64", \
            "numpy_type": "int64", "metadata": null}, \
            {"name": null, "field_name": "__index_level_0__", "pandas_type": "unicode", \
            "numpy_type": "object", "metadata": null}], "pandas_version": "2.2.0"}
            """
        let writer = try ParquetWriter(
            creating: folder.appending(path: "meta/tasks.parquet").path,
            fields: [
                ParquetField("task_index", .int64), ParquetField("__index_level_0__", .text),
            ],
            metadata: [("pandas", pandas)])
        try writer.write(
            rowCount: tasks.count,
            columns: [.integers(Array(tasks.indices)), .texts(tasks)])
        try writer.finish()
    }
}

extension LeRobotMetadata {
    private typealias Entry = LeRobotDatasetWriter.Entry

    private func writeEpisodes() throws {
        let columns = placeColumns + layout.videos.flatMap(videoColumns) + originColumns
        let writer = try ParquetWriter(
            creating: folder.appending(path: LeRobotDatasetWriter.path("meta/episodes", 0)).path,
            fields: columns.map(\.field))
        try writer.write(rowCount: entries.count, columns: columns.map(\.values))
        try writer.finish()
    }

    /// What lerobot needs to find an episode.
    private var placeColumns: [(field: ParquetField, values: ParquetValues)] {
        let size = LeRobotDatasetWriter.chunkSize
        return [
            integers("episode_index", Array(entries.indices)),
            (
                ParquetField("tasks", .text, width: 1, hasAnyLength: true),
                .texts(entries.map(\.task))
            ),
            integers("length", entries.map(\.length)),
            integers("data/chunk_index", entries.map { $0.file / size }),
            integers("data/file_index", entries.map { $0.file % size }),
            integers("dataset_from_index", entries.map(\.first)),
            integers("dataset_to_index", entries.map { $0.first + $0.length }),
            integers("meta/episodes/chunk_index", entries.map { _ in 0 }),
            integers("meta/episodes/file_index", entries.map { _ in 0 }),
        ]
    }

    /// Where an episode is in the videos of a camera: each has a file of its own.
    private func videoColumns(
        _ name: String
    ) -> [(field: ParquetField, values: ParquetValues)] {
        let size = LeRobotDatasetWriter.chunkSize
        return [
            integers("videos/\(name)/chunk_index", entries.indices.map { $0 / size }),
            integers("videos/\(name)/file_index", entries.indices.map { $0 % size }),
            numbers("videos/\(name)/from_timestamp", entries.map(\.videoStart)),
            numbers(
                "videos/\(name)/to_timestamp",
                entries.map { $0.videoStart + Double($0.length) / layout.framesPerSecond }),
        ]
    }

    /// What Nightshift knows of an episode; empty texts for what nobody said.
    private var originColumns: [(field: ParquetField, values: ParquetValues)] {
        let outcome = flags("success", entries.map { $0.outcome == .success })
        return (layout.isLabelled ? [outcome] : []) + [
            texts("nightshift/episode", entries.map(\.digest)),
            numbers("nightshift/weight", entries.map(\.weight)),
            flags("nightshift/never_positive", entries.map(\.isNeverPositive)),
            flags("nightshift/demonstration", entries.map(\.isDemonstration)),
            texts("nightshift/robot", entries.map { $0.provenance.robot ?? "" }),
            texts("nightshift/site", entries.map { $0.provenance.site ?? "" }),
            texts("nightshift/operator", entries.map { $0.provenance.operatorName ?? "" }),
            texts("nightshift/policy", entries.map { $0.provenance.policyRelease ?? "" }),
            texts("nightshift/calibration", entries.map { $0.provenance.calibration ?? "" }),
            texts("nightshift/licence", entries.map { $0.provenance.licence ?? "" }),
            texts("nightshift/recorded_at", entries.map { $0.provenance.recordedAt ?? "" }),
        ]
    }

    private func integers(_ name: String, _ values: [Int]) -> (ParquetField, ParquetValues) {
        (ParquetField(name, .int64), .integers(values))
    }

    private func numbers(_ name: String, _ values: [Double]) -> (ParquetField, ParquetValues) {
        (
            ParquetField(name, .float64),
            .numbers(EpisodeArray(name: "", values, .float64).bytes)
        )
    }

    private func flags(_ name: String, _ values: [Bool]) -> (ParquetField, ParquetValues) {
        (ParquetField(name, .bool), .numbers(values.map { $0 ? 1 : 0 }))
    }

    private func texts(_ name: String, _ values: [String]) -> (ParquetField, ParquetValues) {
        (ParquetField(name, .text), .texts(values))
    }
}

extension ParquetValues {
    fileprivate static func integers(_ values: [Int]) -> ParquetValues {
        .numbers(EpisodeArray(name: "", values.map { Int64($0) }, .int64).bytes)
    }
}
#endif
