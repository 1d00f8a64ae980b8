#if LeRobot
internal import Arrow
internal import Episodes

/// The columns of an episode, but those that number its rows within a dataset.
///
/// docs/export.md has the rules.
struct LeRobotColumns {
    private(set) var columns: [LeRobotColumn] = []
    /// What is no column, but a video beside them.
    private(set) var videos: [LeRobotVideo] = []
    /// Arrays that the layout has no place for.
    private(set) var leftOut: Set<String> = []

    private let item: EpisodeToExport
    private let rate: Double
    private var names: Set<String> = []

    /// What the names of labels begin with: ingest leaves such columns out.
    private static let labels = "nightshift."
    private static let observation = "observation."
    private static let reserved: Set = [
        "action", "timestamp", "frame_index", "episode_index", "index", "task_index",
        "next.reward", "next.done", "next.success",
    ]

    init(of item: EpisodeToExport, rate: Double) throws {
        self.item = item
        self.rate = rate
        if isDataset {
            try addRecordedColumns()
        } else {
            try addState()
            try add(
                EpisodeArray(name: "action", try item.episode.actionMatrix(), .float32)
                    .rows(of: item.metadata.embodiment.actionWidth))
            try addOutcome()
            try addOthers()
        }
        for label in item.labels?.arrays(prefix: Self.labels) ?? [] { try add(label) }
        try addPictures()
        if !names.contains("timestamp") {
            let steps = 0..<item.metadata.stepCount
            try add(
                EpisodeArray(
                    name: "timestamp", steps.map { Float(Double($0) / rate) }, .float32))
        }
    }

    /// Whether the episode came from a dataset of this kind.
    private var isDataset: Bool { item.metadata.sourceFormat == "lerobot" }

    /// A dataset's own columns go back as they came.
    private mutating func addRecordedColumns() throws {
        let cameras = Set(item.metadata.cameras.map(\.array))
        for array in item.episode.arrays where !cameras.contains(array.name) {
            guard fits(array) else {
                leftOut.insert(array.name)
                continue
            }
            try add(array)
        }
    }

    /// One vector, as policies want it.
    private mutating func addState() throws {
        let embodiment = item.metadata.embodiment
        let elements = embodiment.state.flatMap { component in
            let key = EpisodeToExport.key(component.array)
            return component.width == 1
                ? [key] : (0..<component.width).map { "\(key)_\($0)" }
        }
        let state = EpisodeArray(
            name: Self.observation + "state", try item.episode.stateMatrix(), .float32)
        try add(state.rows(of: embodiment.stateWidth), names: elements)
    }

    private mutating func addOutcome() throws {
        let outcome = item.metadata.outcome
        let last = item.metadata.stepCount - 1
        let isLast = (0..<item.metadata.stepCount).map { $0 == last }
        if let rewards = item.episode.array(named: "rewards"), fits(rewards), rewards.rowWidth == 1
        {
            try add(EpisodeArray(name: "next.reward", rewards.floats(), .float32))
        } else if outcome != .unlabelled {
            let reward: Float = outcome == .success ? 1 : 0
            try add(
                EpisodeArray(name: "next.reward", isLast.map { $0 ? reward : 0 }, .float32))
        }
        try add(EpisodeArray(name: "next.done", isLast, .bool))
        guard outcome != .unlabelled else { return }
        try add(
            EpisodeArray(
                name: "next.success", isLast.map { $0 && outcome == .success }, .bool))
    }

    /// Whatever else has one row a step, under its own name and in its own type.
    private mutating func addOthers() throws {
        let metadata = item.metadata
        let used = Set(
            metadata.embodiment.state.map(\.array) + metadata.cameras.map(\.array)
                + [metadata.actionArray])
        for array in item.episode.arrays where !used.contains(array.name) {
            guard fits(array) else {
                leftOut.insert(array.name)
                continue
            }
            let name = array.name.replacing("/", with: ".")
            let isTaken =
                Self.reserved.contains(name) || name.hasPrefix(Self.observation)
                || name.hasPrefix(Self.labels)
            try add(array.renamed(isTaken ? "recorded." + name : name))
        }
    }

    private mutating func addPictures() throws {
        for camera in item.metadata.cameras {
            let isFeature = camera.array.hasPrefix(Self.observation)
            let name = (isFeature ? camera.array : Self.observation + "images." + camera.name)
                .replacing("/", with: ".")
            // Of others' videos nobody knows that each frame is shown at its step's time.
            if camera.encoding == .video, isDataset {
                try claim(name)
                videos.append(
                    LeRobotVideo(name, pictures: try VideoPictures(camera, of: item)))
            } else {
                try add(LeRobotColumn(name, pictures: PictureFiles(camera, of: item)))
            }
        }
    }

    private func fits(_ array: EpisodeArray) -> Bool {
        array.shape.first == item.metadata.stepCount && array.shape.count <= 2
            && array.rowWidth > 0
    }

    private mutating func add(_ array: EpisodeArray, names: [String]? = nil) throws {
        try add(LeRobotColumn(array, names: names))
    }

    private mutating func add(_ column: LeRobotColumn) throws(ExportError) {
        try claim(column.field.name)
        columns.append(column)
    }

    private mutating func claim(_ name: String) throws(ExportError) {
        guard names.insert(name).inserted else {
            throw ExportError(
                .namesCollide,
                "exporting \(item.name) as LeRobot: two of its arrays would be called \(name)",
                next: "Export with --format robomimic, or record one of them under another name.")
        }
    }
}

extension EpisodeArray {
    /// The same numbers with so many in a row.
    fileprivate func rows(of width: Int) -> EpisodeArray {
        EpisodeArray(
            name: name, elementType: elementType, shape: [count / width, width], bytes: bytes)
    }
}
#endif
