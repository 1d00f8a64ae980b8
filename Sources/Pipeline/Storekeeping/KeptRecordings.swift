import Digests
import Foundation
import StageRuns

/// The recordings that ingest has kept after it had read them: `inbox/.ingested`.
///
/// Their names begin with the first digits of their digests.
struct KeptRecordings {
    private let folder: URL

    init(of workspace: Workspace) {
        folder = workspace.inbox.appending(path: ".ingested", directoryHint: .isDirectory)
    }

    /// The files with these contents.
    func files(of digests: Set<Digest>) throws -> [URL] {
        guard !digests.isEmpty, FileManager.default.fileExists(atPath: folder.path) else {
            return []
        }
        let prefixes = Set(digests.map(\.short))
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { name in prefixes.contains(String(name.prefix { $0 != "-" })) }
            .map { folder.appending(path: $0) }
    }
}
