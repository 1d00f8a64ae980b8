package import Foundation
import StageRuns

/// A simulator that somebody plugged in: a program that runs a policy and prints its episodes.
///
/// Standard output and error go to files. Standard input is a pipe that nobody writes to: it ends when this
/// process does, however it does. The program leads a process group of its own, and whatever is left of
/// that group when the program has ended, or has taken too long, is killed.
package struct SimulatorCommand {
    let words: [String]
    let timeLimitSeconds: Double
    /// How long it may take to stop after SIGTERM, before SIGKILL.
    var stopGraceSeconds = 5.0

    /// Words of a command that stand for something else.
    static let placeholders = ["weights", "indicator", "episodes", "seed", "tasks"]

    /// A command of `words`, the program first, that may take so long.
    package init(words: [String], timeLimitSeconds: Double) {
        self.words = words
        self.timeLimitSeconds = timeLimitSeconds
    }

    /// Runs it to its end.
    ///
    /// - Throws: ``StageError``: 69 where it cannot be started, fails or takes too long; 75 where
    ///   this process was asked to end.
    package func run(with values: [String: String], output: URL, log: URL) throws {
        let words = words.map { word in
            values.reduce(word) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        let process = Process()
        process.executableURL = try Self.program(words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = try Self.environment()
        let lifeline = Pipe()
        process.standardInput = lifeline
        process.standardOutput = try Self.handle(for: output)
        process.standardError = try Self.handle(for: log)
        do {
            try process.run()
        } catch {
            throw failure(
                words, "it could not be started: \(error.localizedDescription)", log: log)
        }
        defer { Self.signalGroup(of: process, SIGKILL) }
        try wait(for: process, words, log: log)
        Self.signalGroup(of: process, SIGKILL)
        process.waitUntilExit()
        try? lifeline.fileHandleForWriting.close()  // nothing was written to it
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let how = process.terminationReason == .exit ? "exit code" : "signal"
            throw failure(
                words, "it ended with \(how) \(process.terminationStatus), expected exit code 0",
                log: log)
        }
    }

    /// Returns when the program has ended, and sees to it that it does.
    private func wait(for process: Process, _ words: [String], log: URL) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(timeLimitSeconds)
        while !Self.hasEnded(process.processIdentifier) {
            if StopRequest.isPending || clock.now > deadline {
                stop(process)
                try StopRequest.check(during: "a simulation")
                throw failure(
                    words,
                    "it took longer than simulatorTimeLimitSeconds, \(timeLimitSeconds) s, "
                        + "and was killed", log: log)
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    private func stop(_ process: Process) {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(stopGraceSeconds)
        Self.signalGroup(of: process, SIGTERM)
        while !Self.hasEnded(process.processIdentifier), clock.now < deadline {
            Thread.sleep(forTimeInterval: 0.02)
        }
        Self.signalGroup(of: process, SIGKILL)
        process.waitUntilExit()
    }

    /// Whether the program itself has ended, whatever else it has started; it is not reaped by this.
    private static func hasEnded(_ identifier: pid_t) -> Bool {
        var state = siginfo_t()
        let result = waitid(P_PID, id_t(identifier), &state, WEXITED | WNOHANG | WNOWAIT)
        // Without such a child, Foundation has reaped it already.
        return result != 0 || state.si_signo != 0
    }

    /// Foundation starts every process as the leader of its own group.
    private static func signalGroup(of process: Process, _ signal: Int32) {
        kill(-process.processIdentifier, signal)
    }

    private static func handle(for file: URL) throws -> FileHandle {
        try Data().write(to: file)
        return try FileHandle(forWritingTo: file)
    }

    /// This process's environment, with where the executables beside this one are.
    private static func environment() throws -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        let here = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().path
        // The orchestrator's lifeline is this stage's: a policy server that inherited the variable would
        // find its own standard input at its end, and stop.
        environment["NIGHTSHIFT_LIFELINE"] = nil
        environment["NIGHTSHIFT_PROGRAMS"] = environment["NIGHTSHIFT_BIN"] ?? here
        return environment
    }

    /// The program that `name` names, as a shell would find it.
    private static func program(_ name: String) throws -> URL {
        if name.contains("/") { return URL(filePath: name) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let url = URL(filePath: String(folder)).appending(path: name)
            if FileManager.default.isExecutableFile(atPath: url.path) { return url }
        }
        throw StageError.unavailable(
            "starting the simulator: there is no program '\(name)' in PATH (\(path))",
            next: "Give the program's path as the first word of the setting simulator.")
    }

    private func failure(_ words: [String], _ what: String, log: URL) -> StageError {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""  // its end is a help only
        let end = text.split(separator: "\n").suffix(5).map { "\n    \($0)" }.joined()
        return .unavailable(
            "running the simulator '\(words.joined(separator: " "))': \(what)"
                + (end.isEmpty ? "" : "; the end of its standard error:\(end)"),
            next:
                "Its whole standard error is in \(log.path). Run the command by hand, correct it, "
                + "and run shadow-evaluate again.")
    }
}
