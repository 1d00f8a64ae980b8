internal import Cameras
internal import EpisodeStore
internal import Episodes
internal import Foundation
internal import HDF5

/// Writes the episodes of one robot as one file.
final class RobomimicFileWriter {
    private(set) var part: ExportedPart
    private let writer: HDF5Writer
    private var masks: [Outcome: [String]] = [:]

    /// Creates the file in `folder`.
    init(
        creating folder: URL, name: String, embodiment: Embodiment, origin: ExportOrigin
    ) throws {
        part = ExportedPart(path: name, embodiment: embodiment.name)
        writer = try HDF5Writer(creating: folder.appending(path: name).path)
        try writer.createGroup("data")
        try writer.set("format", of: "data", to: .text("nightshift-hdf5"))
        try writer.set("format_version", of: "data", to: .integer(1))
        try writer.set("embodiment", of: "data", to: .text(embodiment.name))
        try writer.set("snapshot", of: "data", to: .text(origin.snapshot))
        if let labels = origin.labelSet {
            try writer.set("label_set", of: "data", to: .text(labels))
        }
        let rate = embodiment.controlRateHertz.map { "\"control_freq\": \($0)" } ?? ""
        // 2 is robomimic's number of gym environments: it asks for one that it knows, and makes none
        // in order to read.
        try writer.set(
            "env_args", of: "data",
            to: .text(
                "{\"env_name\": \"nightshift\", \"env_version\": \"1\", \"type\": 2, "
                    + "\"env_kwargs\": {\(rate)}}"))
    }

    /// Writes one episode.
    func add(_ item: EpisodeToExport) throws {
        let name = "demo_\(part.episodes)"
        let group = "data/\(name)"
        try writer.createGroup(group)
        try writeAttributes(item, group)
        try writeArrays(item, group)
        masks[item.metadata.outcome, default: []].append(name)
        part.episodes += 1
        part.steps += item.metadata.stepCount
    }

    /// Writes what belongs to the whole file, and closes it.
    func finish() throws {
        try writer.set("total", of: "data", to: .integer(part.steps))
        for (outcome, mask) in [(Outcome.success, "success"), (.failure, "not_success")] {
            guard let names = masks[outcome] else { continue }
            try writer.write(names: names, at: "mask/\(mask)")
        }
        try writer.close()
    }

    private func writeArrays(_ item: EpisodeToExport, _ group: String) throws {
        let names = RobomimicNames(item.metadata)
        let cameras = Set(item.metadata.cameras.map(\.array))
        var written: Set<String> = []
        func place(_ name: String) throws -> String {
            guard written.insert(name).inserted else {
                throw ExportError(
                    .namesCollide,
                    "exporting \(item.name) as robomimic: two of its arrays would be called \(name)",
                    next: "Export with --format lerobot, or record one of them under another name.")
            }
            return "\(group)/\(name)"
        }
        for array in item.episode.arrays where !cameras.contains(array.name) {
            try write(array, at: place(names.name(of: array.name)))
        }
        guard written.contains("actions") else {
            throw ExportError(
                .arrayUnfit,
                "exporting \(item.name): its array \(item.metadata.actionArray) of actions is missing",
                next: "Ask nightshift verify whether the store is damaged.")
        }
        let added =
            Self.usual(item).filter { !written.contains($0.name) }
            + (item.labels?.arrays(prefix: "") ?? [])
        for array in added { try write(array, at: place(array.name)) }
        // Ingest leaves out what was not recorded.
        try writer.set(
            "added", of: group, to: .text(added.map(\.name).joined(separator: " ")))
        for camera in item.metadata.cameras {
            try write(camera, of: item, at: place(names.name(of: camera)))
        }
    }

    /// What robomimic asks for by default.
    private static func usual(_ item: EpisodeToExport) -> [EpisodeArray] {
        let steps = 0..<item.metadata.stepCount
        let reward: Float = item.metadata.outcome == .success ? 1 : 0
        return [
            EpisodeArray(
                name: "rewards", steps.map { $0 + 1 == steps.upperBound ? reward : 0 }, .float32),
            EpisodeArray(
                name: "dones", steps.map { Int64($0 + 1 == steps.upperBound ? 1 : 0) }, .int64),
        ]
    }

    private func write(_ array: EpisodeArray, at name: String) throws {
        try writer.write(
            array.bytes, as: HDF5ElementType(array.elementType), shape: array.shape, at: name)
    }

    /// Writes steps x height x width x 3 levels, red first; one picture is in memory.
    private func write(_ camera: Camera, of item: EpisodeToExport, at name: String) throws {
        var decoder = PictureDecoder()
        var rows: HDF5RowWriter?
        var first: PictureSize?
        for step in 0..<item.metadata.stepCount {
            let (size, pixels) = try decoder.decode(
                try item.episode.frame(of: camera, step: step),
                named: "camera \(camera.name) of \(item.name), step \(step)")
            if rows == nil {
                first = size
                rows = try writer.rows(
                    as: .uint8, shape: [item.metadata.stepCount, size.height, size.width, 3],
                    at: name)
            }
            guard size == first else {
                throw ExportError(
                    .pictureSizesDiffer,
                    "exporting camera \(camera.name) of \(item.name): step \(step) has "
                        + "\(size) pixels, the first step \(first?.description ?? "none")",
                    next: "Withdraw the episode, or record it with pictures of one size.")
            }
            try rows?.append(pixels)
        }
    }

    private func writeAttributes(_ item: EpisodeToExport, _ group: String) throws {
        let metadata = item.metadata
        let provenance = metadata.provenance
        try writer.set("num_samples", of: group, to: .integer(metadata.stepCount))
        try writer.set("instruction", of: group, to: .text(metadata.instruction))
        try writer.set("episode", of: group, to: .text(item.digest))
        try writer.set("weight", of: group, to: .number(item.weight))
        try writer.set("never_positive", of: group, to: .flag(item.isNeverPositive))
        try writer.set("demonstration", of: group, to: .flag(metadata.isDemonstration))
        if metadata.outcome != .unlabelled {
            try writer.set("success", of: group, to: .flag(metadata.outcome == .success))
        }
        if metadata.hasSafetyMark { try writer.set("safety_mark", of: group, to: .flag(true)) }
        for (name, text) in [
            ("robot", provenance.robot), ("site", provenance.site),
            ("operator", provenance.operatorName), ("policy", provenance.policyRelease),
            ("calibration", provenance.calibration), ("licence", provenance.licence),
            ("recorded_at", provenance.recordedAt),
        ] {
            guard let text else { continue }
            try writer.set(name, of: group, to: .text(text))
        }
    }
}

extension HDF5ElementType {
    fileprivate init(_ type: ElementType) {
        self =
            switch type {
            case .bool: .bool
            case .uint8: .uint8
            case .int8: .int8
            case .uint16: .uint16
            case .int16: .int16
            case .uint32: .uint32
            case .int32: .int32
            case .uint64: .uint64
            case .int64: .int64
            case .float16: .float16
            case .float32: .float32
            case .float64: .float64
            }
    }
}
