import Digests
import EpisodeStore
import Foundation
import StageRuns

/// Says which file a worker is reading, so that its parent knows what the worker died of.
///
/// For the parent of this very worker only; it means nothing after both have ended.
struct ReadingMark {
    /// What is being read.
    struct Content: Codable, Equatable {
        let file: String
        let digest: Digest
    }

    private let url: URL

    init(of workspace: Workspace) {
        url = workspace.locks.appending(path: "ingest.reading")
    }

    /// Notes that the next thing of that file is about to be read.
    func set(_ file: SourceFile, _ digest: Digest) throws {
        // No need to be durable: only a process that outlives the writer reads it.
        try JSONEncoder().encode(Content(file: file.name, digest: digest)).write(to: url)
    }

    /// Notes that nothing is being read.
    func clear() throws {
        try Data().write(to: url)
    }

    /// What was being read, or nil for nothing.
    func content() throws -> Content? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let bytes = try Data(contentsOf: url)
        return bytes.isEmpty ? nil : try JSONDecoder().decode(Content.self, from: bytes)
    }

    /// When something was last noted.
    func lastNoted() -> Date? {
        // A mark that is not there yet was never noted.
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        return attributes?[.modificationDate] as? Date
    }
}
