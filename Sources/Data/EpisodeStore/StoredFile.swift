package import Digests
package import Foundation

/// A file of the store, as its folder lists it.
package struct StoredFile: Sendable, Equatable {
    /// The content that its name promises; nil for a name that the store never gives.
    package let digest: Digest?
    package let url: URL
    package let byteCount: Int
    /// When it was last written, or last found to be needed.
    package let touchedAt: Date
    /// Whether it is what a writer has not finished, or was killed over.
    package let isTemporary: Bool
}

/// Keeps the removal of files apart from writers that find them there.
///
/// A writer that needs content which is there already touches the file under a shared lock; whoever
/// removes files looks at that time under an exclusive one. Neither waits for longer than a moment.
struct SweepLock {
    private let path: String

    init(folder: URL) {
        path = folder.appending(path: ".sweep.lock").path
    }

    func shared<Result>(_ body: () throws -> Result) throws -> Result {
        try SystemCall.locked(path, exclusively: false, body)
    }

    func exclusive<Result>(_ body: () throws -> Result) throws -> Result {
        try SystemCall.locked(path, exclusively: true, body)
    }
}

extension StoredFile {
    /// The files directly in `folder`, of which `digest` reads the name; none where it is missing.
    ///
    /// - Throws: Foundation's errors.
    static func list(_ folder: URL, digest: (String) -> Digest?) throws -> [StoredFile] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .compactMap { name in
                let url = folder.appending(path: name)
                guard let (byteCount, touchedAt) = SystemCall.sizeAndTime(url.path) else {
                    return nil
                }
                let isTemporary = name.hasPrefix(".tmp-") || name.hasPrefix(ShardCopier.prefix)
                guard isTemporary || !name.hasPrefix(".") else { return nil }
                return StoredFile(
                    digest: digest(name), url: url, byteCount: byteCount, touchedAt: touchedAt,
                    isTemporary: isTemporary)
            }
    }

    /// Removes the file unless somebody has touched it since `limit`; says whether it did.
    ///
    /// - Throws: ``EpisodeStoreError``.
    static func remove(_ url: URL, untouchedSince limit: Date, lock: SweepLock) throws -> Bool {
        try lock.exclusive {
            guard let (_, touchedAt) = SystemCall.sizeAndTime(url.path), touchedAt < limit else {
                return false
            }
            try SystemCall.remove(url.path)
            return true
        }
    }
}
