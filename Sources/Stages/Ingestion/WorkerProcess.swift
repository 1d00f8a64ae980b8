import Foundation
import Glibc
import Sandboxing

/// A worker as its parent sees it.
protocol WorkerProcess {
    /// How it ended, or nil if it goes on after about that time, or after a signal.
    func wait(milliseconds: Int32) -> ProcessCopy.End?

    func signal(_ number: Int32)
}

extension ProcessCopy: WorkerProcess {}

/// A worker that was started as a program: one after the first.
final class StartedWorker: WorkerProcess {
    private let process = Process()
    private let lifeline = Pipe()

    /// Starts this program with the same arguments and that environment.
    init(environment: [String: String]) throws {
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        process.executableURL = URL(filePath: executable)
        process.arguments = Array(CommandLine.arguments.dropFirst())
        process.environment = environment
        process.standardInput = lifeline
        try process.run()
    }

    func wait(milliseconds: Int32) -> ProcessCopy.End? {
        let limit = Date().addingTimeInterval(Double(milliseconds) / 1000)
        // Foundation notices the end in a thread of its own.
        while process.isRunning, Date() < limit { usleep(5000) }
        guard !process.isRunning else { return nil }
        return process.terminationReason == .uncaughtSignal
            ? .signalled(process.terminationStatus) : .exited(process.terminationStatus)
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }
}
