package import Foundation

/// An exclusive lock on a file, which the kernel gives up when the process ends, however it ends.
///
/// Children do not inherit it. The file's content names the holder, for people only.
package struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Who holds a lock.
    package struct Holder: Codable, Equatable, Sendable, CustomStringConvertible {
        /// The process id; 0 if the holder has not written who it is.
        package let process: Int32
        /// What it does, for example `run 2026-11-23-1 of nightly`.
        package let purpose: String
        /// Since when, RFC 3339.
        package let since: String

        /// Who it is, for a sentence.
        package var description: String {
            process > 0
                ? "process \(process) (\(purpose), since \(since))"
                : "a process that has not written who it is"
        }

        static let unnamed = Holder(process: 0, purpose: "", since: "")
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes the lock at `url`, and waits for at most `wait` while somebody else holds it.
    ///
    /// `onWait` is called once, with the holder, before waiting for longer than a moment.
    ///
    /// - Throws: ``StageError/locked(_:next:)`` that names the holder, or `.internalError`.
    package static func acquire(
        _ url: URL, for purpose: String, waitingAtMost wait: Duration = .zero,
        onWait: (Holder) -> Void = { _ in }
    ) throws -> FileLock {
        let lock = FileLock(descriptor: try openFile(url))
        let clock = ContinuousClock()
        let start = clock.now
        var hasReported = false
        // A look at the holder takes the lock for an instant, which is no reason to give up.
        let grace = Duration.milliseconds(300)
        while flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure("locking", url) }
            let waited = clock.now - start
            if waited > grace, !hasReported {
                hasReported = true
                if wait > grace { onWait(readHolder(url)) }
            }
            guard waited < max(wait, grace) else { throw refusal(url, for: purpose) }
            try StopRequest.check(during: "waiting for \(url.path)")
            usleep(20_000)
        }
        try lock.write(Holder(process: getpid(), purpose: purpose, since: timeStamp()), to: url)
        return lock
    }

    /// Who holds the lock at `url`; nil if nobody does.
    ///
    /// - Throws: ``StageError/internalError(_:next:)``.
    package static func holder(of url: URL) throws -> Holder? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let lock = FileLock(descriptor: try openFile(url))
        guard flock(lock.descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return readHolder(url)
    }

    private func write(_ holder: Holder, to url: URL) throws {
        let bytes = [UInt8](try JSONEncoder().encode(holder)) + [0x0A]
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else { throw Self.failure("writing", url) }
    }

    private static func openFile(_ url: URL) throws -> Int32 {
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("opening", url) }
        return descriptor
    }

    private static func readHolder(_ url: URL) -> Holder {
        // A holder that has just taken the lock may not have written yet: then it has no name.
        (try? JSONDecoder().decode(Holder.self, from: Data(contentsOf: url))) ?? .unnamed
    }

    private static func refusal(_ url: URL, for purpose: String) -> StageError {
        .locked(
            "cannot start \(purpose): \(readHolder(url)) holds \(url.path)",
            next: "Wait until it has ended, then run the same command again.")
    }

    private static func failure(_ doing: String, _ url: URL) -> StageError {
        .internalError(
            "\(doing) the lock \(url.path): \(String(cString: strerror(errno)))",
            next: "Check that this user may write to the workspace and that its disk has space.")
    }

    private static func timeStamp() -> String { Date().formatted(.iso8601) }
}
