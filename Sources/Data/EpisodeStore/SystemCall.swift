internal import Foundation
private import Glibc

/// Checks of what the operating system returns, with paths and its own words in the error.
enum SystemCall {
    /// Runs `body` until it is not interrupted, and returns its result.
    ///
    /// - Throws: ``EpisodeStoreError`` where the result is negative.
    @discardableResult
    static func check(_ doing: String, _ path: String, _ body: () -> Int) throws -> Int {
        while true {
            let result = body()
            if result >= 0 { return result }
            let number = errno
            if number == EINTR { continue }
            throw EpisodeStoreError(
                .systemCallFailed, "\(doing) \(path): \(String(cString: strerror(number)))")
        }
    }

    /// Opens a new file that only this process knows of.
    static func createNew(_ path: String) throws -> Int32 {
        let flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC
        return Int32(try check("creating", path) { Int(open(path, flags, 0o644)) })
    }

    /// Writes all of `bytes`.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws
    {
        var offset = 0
        while offset < bytes.count {
            offset += try check("writing", path) {
                Glibc.write(
                    descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
        }
    }

    /// Begins to write `count` bytes of the file to disk, so that waiting for them later is short.
    static func beginWriteOut(_ descriptor: Int32, offset: Int, count: Int) {
        // Linux starts writing out what it is told to forget. A hint: where it is not taken, the wait is longer.
        _ = posix_fadvise(descriptor, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    }

    /// Waits until the file's bytes are on disk.
    static func synchronise(_ descriptor: Int32, _ path: String) throws {
        try check("synchronising", path) { Int(fsync(descriptor)) }
    }

    /// Waits until a file's bytes, or the names in a directory, are on disk.
    static func synchronise(at url: URL) throws {
        let path = url.path
        let descriptor = Int32(
            try check("opening", path) { Int(open(path, O_RDONLY | O_CLOEXEC)) })
        defer { close(descriptor) }
        try synchronise(descriptor, path)
    }

    /// Renames within one file system, replacing what is there.
    static func rename(_ source: String, _ target: String) throws {
        try check("renaming \(source) to", target) { Int(Glibc.rename(source, target)) }
    }

    /// Closes a descriptor that was opened here.
    static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// Removes a temporary file that may already be gone.
    static func removeTemporary(_ path: String) {
        _ = unlink(path)
    }

    /// Makes a symbolic link.
    static func symbolicLink(_ path: String, to destination: String) throws {
        try check("linking", path) { Int(symlink(destination, path)) }
    }

    /// Reads `count` bytes from `offset`, fewer only at the end of the file.
    static func read(_ path: String, offset: Int, count: Int) throws -> [UInt8] {
        let descriptor = Int32(
            try check("opening", path) { Int(open(path, O_RDONLY | O_CLOEXEC)) })
        defer { close(descriptor) }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = try check("reading", path) {
                    pread(
                        descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
                        off_t(offset + filled))
                }
                if got == 0 { return }
                filled += got
            }
        }
    }

    /// Calls `body` with the file's bytes from its beginning to its end, `count` at a time, in memory that is reused.
    static func forEachPiece(
        _ path: String, count: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws {
        let descriptor = Int32(
            try check("opening", path) { Int(open(path, O_RDONLY | O_CLOEXEC)) })
        defer { close(descriptor) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let got = try check("reading", path) {
                Glibc.read(descriptor, piece.baseAddress, count)
            }
            if got == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: piece[..<got]))
        }
    }

    /// Number of bytes in the file, or nil where there is none.
    static func byteCount(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Bytes of a file, and when it was last written or touched; nil where there is none.
    static func sizeAndTime(_ path: String) -> (byteCount: Int, touchedAt: Date)? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let time = status.st_mtim
        return (
            Int(status.st_size),
            Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
        )
    }

    /// Sets the time of a file to now; says whether there is one.
    static func touch(_ path: String) throws -> Bool {
        guard utimensat(AT_FDCWD, path, nil, 0) != 0 else { return true }
        guard errno != ENOENT else { return false }
        try check("touching", path) { -1 }
        return false
    }

    /// Removes a file.
    static func remove(_ path: String) throws {
        try check("removing", path) { Int(unlink(path)) }
    }

    /// Runs `body` while holding the lock file at `path`.
    static func locked<Result>(
        _ path: String, exclusively: Bool, _ body: () throws -> Result
    ) throws -> Result {
        let descriptor = Int32(
            try check("opening", path) { Int(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)) })
        defer { close(descriptor) }
        try check("locking", path) { Int(flock(descriptor, exclusively ? LOCK_EX : LOCK_SH)) }
        return try body()
    }
}
