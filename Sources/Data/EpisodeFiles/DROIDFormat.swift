internal import Foundation
internal import HDF5

/// The layout of DROID's `trajectory.h5`: one episode a file, values in nested groups.
///
/// docs/formats/droid-hdf5.md describes all of it.
struct DROIDFormat: EpisodeFileFormat {
    let name = "droid"
    let fileExtensions: Set<String> = ["hdf5", "h5"]

    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)? {
        try file.inspecting { root in
            let names = Set(try root.links().map(\.name))
            guard names.contains("action"), names.contains("observation"),
                case .group = try root.member("action")
            else { return nil }
            let folder = Self.trajectory(in: file.url) == nil ? nil : file.url
            return DROIDFile(file: file, folder: folder, root: root, limits: limits)
        }
    }

    /// Whether a folder is an episode as a whole: its trajectory, with videos beside it.
    static func isEpisode(_ folder: URL) -> Bool {
        trajectory(in: folder) != nil && !DROIDVideos(ofEpisodeIn: folder).isEmpty
    }

    /// The trajectory in the folder of an episode; nil where there is none, and where `url` is a file.
    static func trajectory(in url: URL) -> URL? {
        let trajectory = url.appending(path: fileName)
        return FileManager.default.fileExists(atPath: trajectory.path) ? trajectory : nil
    }

    /// What every trajectory is called.
    static let fileName = "trajectory.h5"
}
