import Foundation
import StageRuns
import Subprocess
import Synchronization
import SystemPackage

/// One stage as a process: its files in the run directory, its life, and how it ended.
///
/// Standard output and error go to files, not through this process: they are whole even if the
/// orchestrator is killed. Standard input is a pipe that nobody writes to. The kernel closes it when the
/// orchestrator dies, however it dies, and the stage then stops at its next safe point.
struct StageProcess: Sendable {
    let program: URL
    let arguments: [String]
    let environment: [String: String]
    /// Where `result.json` and `log.txt` are written.
    let directory: URL
    /// How long the stage may take to stop after SIGTERM, before SIGKILL.
    let stopGrace: Duration

    var logFile: URL { directory.appending(path: "log.txt") }
    var resultFile: URL { directory.appending(path: "result.json") }

    /// How a stage's process ended.
    enum End: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// Runs the process to its end, and forwards a request to stop.
    ///
    /// `onLogLine` is called with what the stage logs, a little later.
    func run(onLogLine: @escaping @Sendable (String) -> Void) async throws -> End {
        let started = StartedProcess()
        let lifeline = try Lifeline()
        let log = try openFile(logFile, truncating: false)
        let result = try openFile(resultFile, truncating: true)
        let tail = LogTail(file: logFile, from: try log.seek(offset: 0, from: .end))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await watch(started, tail, onLogLine)
            }
            let ended = try await Subprocess.run(
                .path(FilePath(program.path)), arguments: Arguments(arguments),
                environment: .inherit.updating(environmentKeys),
                input: .fileDescriptor(lifeline.readingEnd, closeAfterSpawningProcess: true),
                output: .fileDescriptor(result, closeAfterSpawningProcess: true),
                error: .fileDescriptor(log, closeAfterSpawningProcess: true)
            ) { execution in
                started.identifier.withLock { $0 = execution.processIdentifier.value }
            }
            group.cancelAll()
            lifeline.close()
            try await group.waitForAll()
            return Self.end(ended.terminationStatus)
        }
    }

    private var environmentKeys: [Environment.Key: String?] {
        var keys: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { keys[key] = value }
        }
        return keys
    }

    /// Shows the log and forwards a request to stop, until the task is cancelled.
    private func watch(
        _ started: StartedProcess, _ tail: LogTail, _ onLogLine: (String) -> Void
    ) async throws {
        var tail = tail
        let clock = ContinuousClock()
        var killAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            if StopRequest.isPending, let process = started.identifier.withLock({ $0 }) {
                if killAt == nil {
                    kill(process, SIGTERM)
                    killAt = clock.now + stopGrace
                } else if let deadline = killAt, clock.now > deadline {
                    kill(process, SIGKILL)
                }
            }
            for line in try tail.newLines() { onLogLine(line) }
            // Cancellation ends the sleep, and the loop shows the last lines before it returns.
            try? await Task.sleep(for: .milliseconds(50))
        }
        for line in try tail.newLines() { onLogLine(line) }
    }

    private func openFile(_ url: URL, truncating: Bool) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(url.path), .writeOnly,
            options: truncating
                ? [.create, .truncate, .closeOnExec]
                : [
                    .create, .append, .closeOnExec,
                ],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    private static func end(_ status: TerminationStatus) -> End {
        switch status {
        case .exited(let code): .exited(code)
        case .signaled(let signal): .killed(signal: signal)
        }
    }
}

/// The process id of a stage, once it is known.
private final class StartedProcess: Sendable {
    let identifier = Mutex<pid_t?>(nil)
}

/// A pipe whose reading end tells a stage that its orchestrator still lives.
private final class Lifeline: Sendable {
    let readingEnd: FileDescriptor
    private let writingEnd: Mutex<FileDescriptor?>

    init() throws {
        let ends = try FileDescriptor.pipe()
        for end in [ends.readEnd, ends.writeEnd] {
            guard fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) == 0 else {
                throw StageError.internalError(
                    "keeping a pipe from children: \(String(cString: strerror(errno)))",
                    next: "Run the same command again.")
            }
        }
        readingEnd = ends.readEnd
        writingEnd = Mutex(ends.writeEnd)
    }

    /// Ends the pipe; a second call does nothing.
    func close() {
        writingEnd.withLock { end in
            if let end { _ = Glibc.close(end.rawValue) }
            end = nil
        }
    }

    deinit { close() }
}
