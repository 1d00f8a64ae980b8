package import Foundation

/// Changes to files that survive a crash: the old content, or the whole of the new one.
package enum DurableFile {
    /// Writes `bytes` under a temporary name in the same directory, and renames it to `url`.
    ///
    /// - Throws: ``EpisodeStoreError``; nothing is left behind then.
    package static func write(_ bytes: [UInt8], to url: URL) throws {
        let temporary = temporaryURL(beside: url)
        let descriptor = try SystemCall.createNew(temporary.path)
        do {
            defer { SystemCall.close(descriptor) }
            try bytes.withUnsafeBytes {
                try SystemCall.write($0, to: descriptor, temporary.path)
            }
            try SystemCall.synchronise(descriptor, temporary.path)
        } catch {
            SystemCall.removeTemporary(temporary.path)
            throw error
        }
        try publish(temporary, as: url)
    }

    /// Writes the UTF-8 bytes of `text` to `url`.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package static func write(_ text: String, to url: URL) throws {
        try write(Array(text.utf8), to: url)
    }

    /// Renames `source` to `target` on the same file system, replacing what is there.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package static func move(_ source: URL, to target: URL) throws {
        try SystemCall.rename(source.path, target.path)
        let directory = target.deletingLastPathComponent()
        try SystemCall.synchronise(at: directory)
        let origin = source.deletingLastPathComponent()
        if origin.path != directory.path { try SystemCall.synchronise(at: origin) }
    }

    /// The same of a folder, after everything in it is on disk.
    ///
    /// - Throws: ``EpisodeStoreError``, or Foundation's errors.
    package static func move(folder source: URL, to target: URL) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: source.path) {
            try SystemCall.synchronise(at: source.appending(path: path))
        }
        try SystemCall.synchronise(at: source)
        try move(source, to: target)
    }

    /// Makes `url` a symbolic link to `destination`, in place of what it was.
    ///
    /// A reader sees the old link or the new one, never none.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package static func replaceSymbolicLink(at url: URL, pointingTo destination: String) throws {
        let temporary = temporaryURL(beside: url)
        try SystemCall.symbolicLink(temporary.path, to: destination)
        try publish(temporary, as: url)
    }

    /// A name beside `url` that nobody else uses; starts with `.tmp-`.
    package static func temporaryURL(beside url: URL) -> URL {
        url.deletingLastPathComponent().appending(path: temporaryPrefix + UUID().uuidString)
    }

    /// Removes what killed writers left in `directory`; only for a caller that holds its lock.
    ///
    /// - Throws: Foundation's errors.
    package static func removeLeftovers(in directory: URL) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: directory.path) else { return }
        for name in try files.contentsOfDirectory(atPath: directory.path)
        where name.hasPrefix(temporaryPrefix) {
            try files.removeItem(at: directory.appending(path: name))
        }
    }

    private static let temporaryPrefix = ".tmp-"

    private static func publish(_ temporary: URL, as url: URL) throws {
        do {
            try move(temporary, to: url)
        } catch {
            SystemCall.removeTemporary(temporary.path)
            throw error
        }
    }
}
