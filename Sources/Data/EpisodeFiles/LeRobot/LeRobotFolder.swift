#if LeRobot
internal import Foundation

/// The folder of a dataset; gives out files that lie in it, and no others.
struct LeRobotFolder {
    let url: URL
    /// What messages call the dataset.
    let name: String
    private let root: String

    init(url: URL, name: String) {
        self.url = url
        self.name = name
        root = url.resolvingSymlinksInPath().path + "/"
    }

    /// The file at a path inside the folder.
    ///
    /// - Throws: ``EpisodeFileError`` where it is not there, or is a link out of the folder.
    func file(at path: String) throws(EpisodeFileError) -> URL {
        let file = url.appending(path: path)
        guard file.resolvingSymlinksInPath().path.hasPrefix(root) else {
            throw EpisodeFileError(
                .fileUnreadable,
                "\(name): \(path) is a link out of the dataset, which is never followed; copy "
                    + "the files themselves (cp -rL)")
        }
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw EpisodeFileError(
                .fileUnreadable, "\(name): \(path) is missing; deliver the whole dataset again")
        }
        return file
    }

    /// Paths of the files below `path` whose names end that way, sorted.
    func files(below path: String, ending: String) throws(EpisodeFileError) -> [String] {
        let start = try file(at: path)
        // A folder that cannot be listed has no files, and the caller says what is missing.
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: start.path)) ?? []
        return found.filter { $0.hasSuffix("." + ending) }.sorted().map { "\(path)/\($0)" }
    }
}
#endif
