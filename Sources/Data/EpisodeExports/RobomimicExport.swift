internal import Episodes
internal import Foundation

/// Writes one HDF5 file a robot, in robomimic's layout, which is the one that Nightshift recommends.
///
/// docs/export.md describes it.
final class RobomimicExport: EpisodeExport {
    private let folder: URL
    private let origin: ExportOrigin
    private var files: [String: RobomimicFileWriter] = [:]
    private var names = ExportNames()

    init(folder: URL, origin: ExportOrigin) {
        self.folder = folder
        self.origin = origin
    }

    func add(_ item: EpisodeToExport) throws {
        let embodiment = item.metadata.embodiment
        let file: RobomimicFileWriter
        if let open = files[embodiment.name] {
            file = open
        } else {
            file = try RobomimicFileWriter(
                creating: folder, name: names.name(for: embodiment.name) + ".hdf5",
                embodiment: embodiment, origin: origin)
            files[embodiment.name] = file
        }
        try file.add(item)
    }

    func finish() throws -> [ExportedPart] {
        for name in files.keys.sorted() { try files[name]?.finish() }
        return files.values.map(\.part).sorted { $0.path < $1.path }
    }
}
