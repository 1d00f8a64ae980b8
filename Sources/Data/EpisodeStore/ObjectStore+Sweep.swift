package import Foundation
package import Digests

extension ObjectStore {
    /// Every file of the store, one folder of it at a time.
    ///
    /// - Throws: Foundation's errors, and what `body` throws.
    package func forEachFile(_ body: ([StoredFile]) throws -> Void) throws {
        guard FileManager.default.fileExists(atPath: directory.path) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        where !name.hasPrefix(".") {
            // A name that is no digest is nobody's; it is listed without one.
            try body(try StoredFile.list(directory.appending(path: name)) { try? Digest(hex: $0) })
        }
    }

    /// Removes a file that nobody has needed since `limit`; says whether it did.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func remove(_ file: StoredFile, untouchedSince limit: Date) throws -> Bool {
        try StoredFile.remove(file.url, untouchedSince: limit, lock: lock)
    }

    /// Says that an object is needed from now on, or was until now; no object is no error.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func touch(_ digest: Digest) throws {
        _ = try SystemCall.touch(url(of: digest).path)
    }
}
