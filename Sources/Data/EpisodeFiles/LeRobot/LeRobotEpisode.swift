#if LeRobot
internal import Arrow
internal import Episodes

/// One episode of a dataset, read and checked, without its cameras.
struct LeRobotEpisode {
    let profile: EpisodeProfile
    private(set) var warnings: [String] = []

    private let name: String
    private let label: String
    private let entry: LeRobotEntry
    private let dataset: LeRobotDataset
    private let arrays: [EpisodeArray]
    private let byName: [String: EpisodeArray]
    private let stepCount: Int
    private let state: [Embodiment.Component]
    private let task: String
    /// Pictures that lie in the Parquet file itself.
    private let pictures: [EpisodeArray]

    /// Numbers of a row within its dataset: they are checked, and are no part of the episode, which
    /// is the same in another dataset.
    private static let bookkeeping: Set = [
        "episode_index", "frame_index", "index", "task_index",
    ]
    private static let observation = "observation."
    private static let interventionNames = [
        "intervention", "is_intervention", "interventions",
        "complementary_info.is_intervention", "action_modes",
    ]

    init(
        name: String, label: String, entry: LeRobotEntry, table: LeRobotTable,
        dataset: LeRobotDataset
    ) throws(EpisodeRejection) {
        self.name = name
        self.label = label
        self.entry = entry
        self.dataset = dataset
        let rows = try table.rows(ofEpisode: entry.number, label: label)
        var columns = LeRobotColumns(label: label, byteLimit: dataset.limits.episodeBytes)
        try columns.read(rows, besides: Self.bookkeeping)
        warnings = columns.warnings
        arrays = columns.arrays
        pictures = columns.pictures
        byName = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        let checks = EpisodeChecks(label: label, arrays: byName, skipped: columns.skipped)
        let actions = try checks.actions(LeRobotTable.action)
        state = arrays.filter(Self.isState)
            .map { Embodiment.Component(array: $0.name, width: $0.rowWidth) }
        guard !state.isEmpty else {
            throw EpisodeRejection(
                .stateMissing,
                "\(label): it has no state: no column of numbers whose name begins with "
                    + "observation.")
        }
        stepCount = try checks.stepCount(actions: actions, others: [], stated: nil)
        try Self.check(entry, stepCount: stepCount, rows: rows, label)
        try checks.finite()
        if byName["timestamp"] != nil {
            try checks.clock("timestamp", gapSeconds: dataset.limits.gapSeconds)
        }
        try checks.done("next.done")
        task = try Self.task(of: rows, entry, dataset, label)
        profile = EpisodeProfile(
            observations: [], actionWidth: actions.rowWidth, actionMagnitude: actions.magnitude)
    }

    /// The episode with all that the dataset says about it; reads its pictures.
    func episode(
        pictures reader: inout LeRobotVideos
    ) throws(EpisodeRejection) -> Episode {
        let videos = try reader.pictures(
            of: entry, times: byName["timestamp"]?.doubles(), stepCount: stepCount, label: label,
            byteLimit: dataset.limits.episodeBytes)
        let (outcome, source) = outcome
        let metadata = EpisodeMetadata(
            instruction: task, embodiment: embodiment, outcome: outcome, outcomeSource: source,
            stepCount: stepCount, actionArray: LeRobotTable.action,
            timestampArray: byName["timestamp"] == nil ? nil : "timestamp",
            interventionArray: interventions?.name,
            cameras: pictures.map { Self.camera($0, .jpegRows) }
                + videos.map { Self.camera($0.array, $0.encoding) },
            isDemonstration: interventions.map { $0.floats().allSatisfy { $0 > 0 } } ?? false,
            provenance: Provenance(), sourceFormat: LeRobotFormat().name, sourceEpisode: name)
        return Episode(metadata: metadata, arrays: arrays + pictures + videos.map(\.array))
    }

    private static func camera(_ array: EpisodeArray, _ encoding: Camera.Encoding) -> Camera {
        Camera(name: cameraName(array.name), array: array.name, encoding: encoding)
    }

    private static func isState(_ array: EpisodeArray) -> Bool {
        array.name.hasPrefix(observation) && array.shape.count <= 2 && array.rowWidth > 0
            && array.elementType != .bool
    }

    private static func cameraName(_ feature: String) -> String {
        for prefix in ["observation.images.", "observation.image.", observation]
        where feature.hasPrefix(prefix) {
            return String(feature.dropFirst(prefix.count))
        }
        return feature
    }
}

extension LeRobotEpisode {
    /// The rules of docs/formats/lerobot.md, in their order.
    private var outcome: (Outcome, OutcomeSource) {
        if let success = entry.success { return (success ? .success : .failure, .attribute) }
        for column in ["next.success", "success"] {
            guard let flags = byName[column], flags.rowWidth == 1,
                let last = flags.doubles().last
            else { continue }
            return (last > 0 ? .success : .failure, .terminalReward)
        }
        guard let rewards = byName["next.reward"]?.doubles(), let last = rewards.last,
            rewards.allSatisfy({ $0 == 0 || $0 == 1 })
        else { return (.unlabelled, .none) }
        return (last > 0 ? .success : .failure, .terminalReward)
    }

    private var interventions: EpisodeArray? {
        Self.interventionNames.compactMap { byName[$0] }.first { $0.rowWidth == 1 }
    }

    private var embodiment: Embodiment {
        EmbodimentNaming.embodiment(
            declared: nil, family: dataset.info.robotType ?? "lerobot", state: state,
            actionWidth: profile.actionWidth,
            controlRateHertz: dataset.info.framesPerSecond)
    }

    private static func check(
        _ entry: LeRobotEntry, stepCount: Int, rows: borrowing ParquetRows, _ label: String
    ) throws(EpisodeRejection) {
        if let length = entry.length, length != stepCount {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): the dataset states \(length) steps, its Parquet file has "
                    + "\(stepCount); the dataset is incomplete: deliver it again")
        }
        guard rows.columns.contains("frame_index") else { return }
        let frames: [Int]
        do throws(ArrowError) { frames = try rows.integers("frame_index") } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(label): \(error.reason)")
        }
        if let step = frames.indices.first(where: { frames[$0] != $0 }) {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): frame_index of row \(step) is \(frames[step]), expected \(step); rows "
                    + "are missing or out of order")
        }
    }

    private static func task(
        of rows: borrowing ParquetRows, _ entry: LeRobotEntry, _ dataset: LeRobotDataset,
        _ label: String
    ) throws(EpisodeRejection) -> String {
        do throws(ArrowError) {
            if rows.columns.contains("task_index"),
                let number = try rows.integers("task_index").first,
                let task = dataset.tasks[number], !task.allSatisfy(\.isWhitespace)
            {
                return task
            }
        } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(label): \(error.reason)")
        }
        return entry.tasks.first ?? TaskNaming.task(ofFile: dataset.folder.url)
    }
}
#endif
