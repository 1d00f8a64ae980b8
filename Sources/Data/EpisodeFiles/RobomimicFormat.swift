internal import Foundation
internal import HDF5

/// robomimic's HDF5 layout, and what follows it: robosuite's raw demonstrations and Nightshift's own.
///
/// Episodes are the groups below `/data`; docs/formats/robomimic-hdf5.md describes all of it.
struct RobomimicFormat: EpisodeFileFormat {
    let name = "robomimic"
    let fileExtensions: Set<String> = ["hdf5", "h5"]

    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)? {
        try file.inspecting { root in
            guard try root.links().contains(where: { $0.name == "data" && $0.kind == .hard }),
                case .group(let data) = try root.member("data")
            else { return nil }
            return try RobomimicFile(file: file, root: root, data: data, limits: limits)
        }
    }
}
