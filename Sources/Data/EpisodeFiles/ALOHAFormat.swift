internal import HDF5

/// The layout that ALOHA and ACT record: one episode a file, with raw or JPEG cameras.
///
/// docs/formats/aloha-hdf5.md describes all of it.
struct ALOHAFormat: EpisodeFileFormat {
    let name = "aloha"
    let fileExtensions: Set<String> = ["hdf5", "h5"]

    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)? {
        try file.inspecting { root in
            let names = Set(try root.links().map(\.name))
            guard names.contains(ALOHAFile.actionArray), names.contains("observations"),
                case .dataset = try root.member(ALOHAFile.actionArray)
            else { return nil }
            return ALOHAFile(file: file, root: root, limits: limits)
        }
    }
}
