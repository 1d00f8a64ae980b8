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
            return DROIDFile(file: file, root: root, limits: limits)
        }
    }
}
