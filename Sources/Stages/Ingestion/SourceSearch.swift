import EpisodeFiles
import Foundation
import StageRuns

/// Finds recordings to ingest in folders, without following links out of them.
enum SourceSearch {
    /// The files that `paths` name, in the order of their paths.
    ///
    /// A file is taken whatever it is; in folders only those whose name ends as a known layout's.
    ///
    /// - Throws: ``StageError/inputRefused(_:next:)`` for a path that is not there.
    static func files(at paths: [URL]) throws -> [SourceFile] {
        var found: [URL] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
                throw StageError.inputRefused(
                    "cannot ingest \(path.path): there is no such file or folder",
                    next: "Check the path, and run the same command again.")
            }
            let isWhole =
                !isFolder.boolValue || EpisodeFileFormats.isRecording(folder: path)
            found += isWhole ? [path] : try recordings(below: path)
        }
        var seen: Set<String> = []
        return found.filter { seen.insert($0.standardizedFileURL.path).inserted }
            .sorted { $0.path < $1.path }
            .map { SourceFile(url: $0, name: $0.lastPathComponent, isClaimed: false) }
    }

    /// What the folders among `paths` hold and nobody reads, in words; nil where there is none.
    static func unread(at paths: [URL]) throws -> String? {
        let others = try paths.filter(\.isFolder)
            .filter { !EpisodeFileFormats.isRecording(folder: $0) }
            .flatMap { try files(below: $0).others }
        guard let first = others.map(\.path).min() else { return nil }
        let endings = EpisodeFileFormats.fileExtensions.sorted().map { ".\($0)" }
        let found =
            others.count == 1
            ? "\(first) has an ending that is not read"
            : "\(others.count) files have endings that are not read, such as \(first)"
        return found + "; expected " + endings.joined(separator: ", ")
            + ", or folders that are LeRobot datasets; convert it, or take it away"
    }

    /// Recordings below `folder`, sorted; names that begin with a point are somebody's work.
    ///
    /// A folder that is one recording, such as a LeRobot dataset, is taken as a whole.
    static func recordings(below folder: URL, isHiddenTaken: Bool = false) throws -> [URL] {
        try files(below: folder, isHiddenTaken: isHiddenTaken).recordings
    }

    /// The same, and the other files beside them.
    private static func files(
        below folder: URL, isHiddenTaken: Bool = false
    ) throws -> (recordings: [URL], others: [URL]) {
        let keys: Set<URLResourceKey> = [
            .isRegularFileKey, .isDirectoryKey, .isSymbolicLinkKey,
        ]
        let options: FileManager.DirectoryEnumerationOptions =
            isHiddenTaken ? [] : [.skipsHiddenFiles]
        guard
            let files = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: Array(keys), options: options)
        else {
            throw StageError.internalError(
                "cannot list \(folder.path)", next: "Check that this user may read it.")
        }
        let endings = EpisodeFileFormats.fileExtensions
        var (found, others): ([URL], [URL]) = ([], [])
        for case let url as URL in files {
            guard let values = try unlessGone(url, { try url.resourceValues(forKeys: keys) }),
                values.isSymbolicLink != true
            else { continue }
            if values.isDirectory == true {
                guard EpisodeFileFormats.isRecording(folder: url) else { continue }
                files.skipDescendants()
                found.append(url)
            } else if values.isRegularFile == true {
                if endings.contains(url.pathExtension.lowercased()) {
                    found.append(url)
                } else {
                    others.append(url)
                }
            }
        }
        return (found.sorted { $0.path < $1.path }, others)
    }
}

extension URL {
    /// Whether a folder is there.
    fileprivate var isFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}

/// What `body` gives, or nil where the file is not there any more: another ingest was faster.
func unlessGone<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result? {
    do { return try body() } catch {
        // Whatever went wrong with a file that is still there is an error.
        if FileManager.default.fileExists(atPath: url.path) { throw error }
        return nil
    }
}
