package import Digests
package import Foundation

extension EpisodeShards {
    /// Every file in the folder of shards.
    ///
    /// - Throws: Foundation's errors.
    package func files() throws -> [StoredFile] {
        try StoredFile.list(directory) { name in
            // A name that is no digest is nobody's; it is listed without one.
            name.hasSuffix(".zst") ? try? Digest(hex: String(name.dropLast(4))) : nil
        }
    }

    /// Bytes of the shard's file; nil where there is none.
    package func byteCount(of shard: Digest) -> Int? {
        SystemCall.byteCount(url(of: shard).path)
    }

    /// Checks that a shard is what its name says.
    ///
    /// - Throws: ``EpisodeStoreError`` if it is missing or damaged.
    package func verify(_ shard: Digest) throws {
        let url = url(of: shard)
        guard SystemCall.byteCount(url.path) != nil else {
            throw EpisodeStoreError(
                .objectMissing,
                "reading the shard \(url.path): there is none; restore it from a backup")
        }
        let found = try ObjectStore.digest(ofFile: url)
        guard found == shard else {
            throw EpisodeStoreError.mismatch(url.path, found: found, expected: shard)
        }
    }

    /// Removes a file that nobody has written since `limit`; says whether it did.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func remove(_ file: StoredFile, untouchedSince limit: Date) throws -> Bool {
        try StoredFile.remove(file.url, untouchedSince: limit, lock: lock)
    }

    /// Says that a shard was needed until now; no shard is no error.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func touch(_ shard: Digest) throws {
        _ = try SystemCall.touch(url(of: shard).path)
    }
}
