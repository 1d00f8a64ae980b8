import Foundation
import Digests
import Glibc
import Sandboxing
package import StageRuns

/// The process that parses what strangers have written, and the one that outlives it.
///
/// The HDF5 library can crash, or loop for ever, on damaged metadata. The file that a worker died of is
/// refused by the next worker, and everything else goes in.
package enum IngestWorker {
    private static let workerVariable = "NIGHTSHIFT_INGEST_WORKER"
    private static let refusedVariable = "NIGHTSHIFT_INGEST_REFUSED"
    private static let lifelineVariable = "NIGHTSHIFT_LIFELINE"
    private static let spillVariable = "SQLITE_TMPDIR"
    /// What a program that breaks ends by.
    private static let crashSignals = [
        SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS,
    ]

    /// Whether this process is a worker.
    package static var isCurrent: Bool {
        ProcessInfo.processInfo.environment[workerVariable] != nil
    }

    /// Made by ``prepare()``; waits for the first work.
    nonisolated(unsafe) private static var spare: ProcessCopy?

    /// Copies this process into a worker that waits; the copy returns when it is to work.
    ///
    /// To be called before anything starts a thread. Without it, or where it fails, the worker is started as a program.
    package static func prepare() {
        guard !isCurrent else { return }
        let (isCopy, copy) = ProcessCopy.make()
        guard isCopy else {
            spare = copy
            return
        }
        // The orchestrator's pipe is the parent's; it passes a request to stop on.
        unsetenv(lifelineVariable)
        setenv(workerVariable, "1", 1)
    }

    /// Lets the worker that waits end, because there is nothing to do.
    package static func dismiss() { spare = nil }

    /// Begins this worker's life, which ends as soon as its parent has ended, which closes standard input.
    package static func begin(options: StageOptions) throws {
        // A large transaction spills into a file, which a worker may make nowhere else.
        setenv(spillVariable, try Workspace(root: options.workspace).runs.path, 1)
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { _exit(70) }
            }
        }
    }

    /// Files that a worker before this one died of: digest to what happened.
    static func refused() -> [String: String] {
        guard let json = ProcessInfo.processInfo.environment[refusedVariable] else { return [:] }
        // Written by the parent alone; without it nothing is refused.
        return (try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))) ?? [:]
    }

    /// Runs this program again as a worker, as often as files kill it, and returns its exit code.
    ///
    /// - Throws: ``StageError`` where a worker dies of anything else.
    package static func supervise(options: StageOptions) throws -> Int32 {
        let configuration = try ConfigurationFile.load(
            IngestConfiguration.self, from: options.configurationFile)
        let workspace = try Workspace(root: options.workspace)
        let mark = try ReadingMark(of: workspace)
        var refused: [String: String] = [:]
        var killed: Set<String> = []
        while true {
            let end = try runWorker(refused, mark, configuration.fileSecondsLimit)
            switch end {
            case .exited(let code): return code
            case .killed:
                let digest = try fileBeingRead(mark, refused, "was ended by signal 9").hex
                // Perhaps somebody else wanted the memory: once more.
                guard !killed.insert(digest).inserted else { continue }
                refused[digest] =
                    "was killed twice, as the kernel kills what takes more memory than is left"
            case .died(let cause):
                refused[try fileBeingRead(mark, refused, cause).hex] = cause
            }
        }
    }

    /// The file that a worker was reading when it died of that.
    ///
    /// - Throws: ``StageError`` where it was reading none, or one that had been refused already.
    private static func fileBeingRead(
        _ mark: ReadingMark, _ refused: [String: String], _ cause: String
    ) throws -> Digest {
        guard let content = try mark.content(), refused[content.digest.hex] == nil else {
            throw StageError.internalError(
                "the process that reads files \(cause), and was not reading a new file",
                next: "Run the same command again; if it fails again, report it.")
        }
        return content.digest
    }

    private enum End {
        case exited(Int32)
        case died(String)
        /// By somebody else's SIGKILL.
        case killed
    }

    private static func runWorker(
        _ refused: [String: String], _ mark: ReadingMark, _ secondsLimit: Double
    ) throws -> End {
        let worker = try startWorker(refused)
        let start = Date()
        var hasPassedStop = false
        var isTooSlow = false
        while true {
            if let end = worker.wait(milliseconds: 100) {
                return try meaning(of: end, isTooSlow ? secondsLimit : nil)
            }
            if StopRequest.isPending, !hasPassedStop {
                hasPassedStop = true
                worker.signal(SIGTERM)
            }
            let noted = max(mark.lastNoted() ?? start, start)
            if !isTooSlow, Date().timeIntervalSince(noted) > secondsLimit,
                try mark.content() != nil
            {
                isTooSlow = true
                worker.signal(SIGKILL)
            }
        }
    }

    /// The first worker is the copy that waits; those after it are started as programs.
    private static func startWorker(_ refused: [String: String]) throws -> any WorkerProcess {
        if let copy = spare {
            spare = nil
            copy.start()
            return copy
        }
        var environment = ProcessInfo.processInfo.environment
        environment[lifelineVariable] = nil
        environment[workerVariable] = "1"
        // Nothing here multiplies matrices, and the library's idle threads spin for a while.
        environment["OPENBLAS_NUM_THREADS"] = "1"
        environment[refusedVariable] = try canonicalJSON(refused)
        return try StartedWorker(environment: environment)
    }

    private static func meaning(
        of end: ProcessCopy.End, _ exceededSeconds: Double?
    ) throws -> End {
        switch end {
        case .exited(let code): return .exited(code)
        case .signalled where exceededSeconds != nil:
            return .died("took longer than \(exceededSeconds ?? 0) s for one episode")
        case .signalled(SIGKILL): return .killed
        case .signalled(let signal) where crashSignals.contains(signal):
            return .died("crashed by signal \(signal)")
        case .signalled(let signal):
            throw StageError.internalError(
                "the process that reads files was ended by signal \(signal)",
                next: "Run the same command again; finished work is kept.")
        }
    }
}
