#if LeRobot
internal import Arrow
internal import Episodes
internal import Foundation

/// Writes LeRobot datasets, version 3.0, with pictures inside Parquet and videos beside it: one for all episodes that
/// have the same columns, since a dataset has one list of them.
///
/// docs/export.md describes it.
final class LeRobotExport: EpisodeExport {
    /// What all episodes of a dataset have in common.
    struct Layout: Hashable {
        let embodiment: String
        let framesPerSecond: Double
        /// Episodes whose outcome is not known must not look like failures.
        let isLabelled: Bool
        let names: [String]
        let features: [LeRobotFeature]
        /// Names of the features that are videos.
        let videos: [String]
    }

    private let folder: URL
    private let origin: ExportOrigin
    private var datasets: [Layout: LeRobotDatasetWriter] = [:]
    private var names = ExportNames()

    init(folder: URL, origin: ExportOrigin) {
        self.folder = folder
        self.origin = origin
    }

    func add(_ item: EpisodeToExport) throws {
        let embodiment = item.metadata.embodiment
        guard let rate = embodiment.controlRateHertz ?? origin.framesPerSecond else {
            throw ExportError(
                .controlRateMissing,
                "exporting \(item.name) as LeRobot: the control rate of the robot "
                    + "\(embodiment.name) is not known, and a dataset states its own",
                next: "Give it, for example --fps 50.")
        }
        let found = try LeRobotColumns(of: item, rate: rate)
        let layout = Layout(
            embodiment: embodiment.name, framesPerSecond: rate,
            isLabelled: item.metadata.outcome != .unlabelled,
            names: found.columns.map(\.field.name) + found.videos.map(\.name),
            features: found.columns.map(\.feature) + found.videos.map(\.feature),
            videos: found.videos.map(\.name))
        let dataset: LeRobotDatasetWriter
        if let open = datasets[layout] {
            dataset = open
        } else {
            let name = names.name(for: embodiment.name)
            dataset = LeRobotDatasetWriter(
                folder: folder.appending(path: name, directoryHint: .isDirectory), name: name,
                layout: layout, origin: origin)
            datasets[layout] = dataset
        }
        try dataset.add(item, found)
    }

    func finish() throws -> [ExportedPart] {
        let all = datasets.values.sorted { $0.part.path < $1.part.path }
        for dataset in all { try dataset.finish() }
        return all.map(\.part)
    }
}
#endif
