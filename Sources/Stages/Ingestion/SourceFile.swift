import Digests
import EpisodeStore
import Foundation
import Glibc

/// One recording to ingest: a file, or a folder such as a LeRobot dataset.
struct SourceFile: Hashable {
    /// Where the bytes are: in place, or where they were claimed to.
    let url: URL
    /// What messages and records call it.
    let name: String
    /// Whether the file came by the inbox, so that ingest disposes of it.
    let isClaimed: Bool
}

extension SourceFile {
    /// What changes whenever a file's bytes do.
    struct State: Equatable {
        let number: UInt64
        let byteCount: Int
        /// When the bytes were written last, and when anything of the file was changed last, in nanoseconds.
        let written: Int
        let changed: Int
    }

    /// The state of a file; nil for a folder, and for what is not there.
    var state: State? {
        var status = stat()
        guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let nanoseconds = { (time: timespec) in time.tv_sec * 1_000_000_000 + time.tv_nsec }
        return State(
            number: UInt64(status.st_ino), byteCount: Int(status.st_size),
            written: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
    }

    /// The regular files that it is made of, with their paths inside it; one file has none.
    static func parts(of url: URL) throws -> [(path: String, url: URL)] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return [("", url)] }
        let keys: Set<URLResourceKey> = [.isRegularFileKey]
        return try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted()
            .map { (path: $0, url: url.appending(path: $0)) }
            .filter { try $0.url.resourceValues(forKeys: keys).isRegularFile == true }
    }

    /// SHA-256 of a file; of a folder, that of the paths and digests of its files.
    func digest() throws -> Digest {
        let parts = try Self.parts(of: url)
        if let first = parts.first, first.path.isEmpty {
            return try ObjectStore.digest(ofFile: first.url)
        }
        let lines = try parts.map { part in
            "\(try ObjectStore.digest(ofFile: part.url).hex) \(part.path)"
        }
        return Digest.of("folder\n" + lines.joined(separator: "\n"))
    }

    /// Bytes of all its files; those that vanished meanwhile count as empty.
    var byteCount: Int {
        // For people only.
        let parts = (try? Self.parts(of: url)) ?? []
        return parts.reduce(0) { sum, part in
            sum + ((try? part.url.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
        }
    }
}
