import Foundation
import Digests
import Glibc
package import StageRuns

/// The process that parses what strangers have written, and the one that outlives it.
///
/// The HDF5 library can crash, or loop for ever, on damaged metadata. The file that a worker died of is
/// refused by the next worker, and everything else goes in.
package enum IngestWorker {
    private static let workerVariable = "NIGHTSHIFT_INGEST_WORKER"
    private static let refusedVariable = "NIGHTSHIFT_INGEST_REFUSED"
    /// What a program that breaks ends by.
    private static let crashSignals = [
        SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS,
    ]

    /// Whether this process is a worker.
    package static var isCurrent: Bool {
        ProcessInfo.processInfo.environment[workerVariable] != nil
    }

    /// Ends this worker as soon as its parent has ended, which closes standard input.
    package static func endWithParent() {
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
        while true {
            let end = try runWorker(
                refused, mark, configuration.fileSecondsLimit, in: workspace)
            guard case .died(let cause) = end else {
                if case .exited(let code) = end { return code }
                continue
            }
            guard let content = try mark.content(), refused[content.digest.hex] == nil else {
                throw StageError.internalError(
                    "the process that reads files \(cause), and was not reading a new file",
                    next: "Run the same command again; if it fails again, report it.")
            }
            refused[content.digest.hex] = cause
        }
    }

    private enum End {
        case exited(Int32)
        case died(String)
    }

    private static func runWorker(
        _ refused: [String: String], _ mark: ReadingMark, _ secondsLimit: Double,
        in workspace: Workspace
    ) throws -> End {
        let worker = Process()
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        worker.executableURL = URL(filePath: executable)
        worker.arguments = Array(CommandLine.arguments.dropFirst())
        var environment = ProcessInfo.processInfo.environment
        // The orchestrator's pipe is this process's; it passes a request to stop on.
        environment["NIGHTSHIFT_LIFELINE"] = nil
        environment[workerVariable] = "1"
        // A large transaction spills into a file, which a worker may make nowhere else.
        environment["SQLITE_TMPDIR"] = workspace.runs.path
        // Nothing here multiplies matrices, and the library's idle threads spin for a while.
        environment["OPENBLAS_NUM_THREADS"] = "1"
        environment[refusedVariable] = try canonicalJSON(refused)
        worker.environment = environment
        let lifeline = Pipe()
        worker.standardInput = lifeline
        let start = Date()
        try worker.run()
        var hasPassedStop = false
        var isTooSlow = false
        while worker.isRunning {
            usleep(5000)
            if StopRequest.isPending, !hasPassedStop {
                hasPassedStop = true
                worker.terminate()
            }
            let noted = max(mark.lastNoted() ?? start, start)
            if !isTooSlow, Date().timeIntervalSince(noted) > secondsLimit,
                try mark.content() != nil
            {
                isTooSlow = true
                kill(worker.processIdentifier, SIGKILL)
            }
        }
        try lifeline.fileHandleForWriting.close()
        guard worker.terminationReason == .uncaughtSignal else {
            return .exited(worker.terminationStatus)
        }
        let signal = worker.terminationStatus
        if isTooSlow { return .died("took longer than \(secondsLimit) s for one episode") }
        guard crashSignals.contains(signal) else {
            throw StageError.internalError(
                "the process that reads files was ended by signal \(signal)",
                next: "Run the same command again; finished work is kept.")
        }
        return .died("crashed by signal \(signal)")
    }
}
