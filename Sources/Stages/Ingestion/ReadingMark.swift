import Digests
import EpisodeStore
import Foundation
import Glibc
import StageRuns

/// Says which file a worker is reading, so that its parent knows what the worker died of.
///
/// For the parent of this very worker only; it means nothing after both have ended.
final class ReadingMark {
    /// What is being read.
    struct Content: Codable, Equatable {
        let file: String
        let digest: Digest
    }

    private let descriptor: Int32
    private let path: String

    /// - Throws: ``StageError`` if the file that marks are kept in cannot be opened.
    init(of workspace: Workspace) throws {
        path = workspace.locks.appending(path: "ingest.reading").path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StageError.internalError(
                "cannot open \(path) for writing: \(String(cString: strerror(errno)))",
                next: "Check that this user may write there.")
        }
    }

    deinit { close(descriptor) }

    /// Notes that the first thing of that file is about to be read.
    func set(_ file: SourceFile, _ digest: Digest) throws {
        let bytes = Array(try JSONEncoder().encode(Content(file: file.name, digest: digest)))
        // No need to be durable: only a process that outlives the writer reads it.
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else {
            throw StageError.internalError(
                "cannot write \(path): \(String(cString: strerror(errno)))",
                next: "Check that the disk is not full.")
        }
    }

    /// Notes that the next thing of the same file is about to be read.
    func renew() { futimens(descriptor, nil) }

    /// Notes that nothing is being read.
    func clear() {
        // At worst the next file's mark replaces it.
        _ = ftruncate(descriptor, 0)
    }

    /// What was being read, or nil for nothing.
    func content() throws -> Content? {
        let bytes = try Data(contentsOf: URL(filePath: path))
        return bytes.isEmpty ? nil : try JSONDecoder().decode(Content.self, from: bytes)
    }

    /// When something was last noted.
    func lastNoted() -> Date? {
        // A mark that cannot be looked at was never noted.
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date
    }
}
