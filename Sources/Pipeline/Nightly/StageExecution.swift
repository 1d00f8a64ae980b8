import EpisodeStore
import Foundation
import StageRuns

/// One stage in a run: its configuration file, its process, and what came of it.
struct StageExecution: Sendable {
    let stage: Pipeline.Stage
    let run: String
    let program: URL
    let workspace: Workspace
    let force: Bool
    let waitForStage: Duration
    let stopGrace: Duration
    let progress: NightProgress

    /// Runs the stage to its end; a failure is in the result, in the stage's own words.
    func perform() async throws -> NightResult.Stage {
        let directory = workspace.runDirectory(run, stage: stage.stage)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let process = try StageProcess(
            program: program, arguments: arguments(in: directory),
            environment: ["NIGHTSHIFT_RUN": run, "NIGHTSHIFT_LIFELINE": "0"],
            directory: directory, stopGrace: stopGrace)
        progress.say("\(stage.stage): started")
        let clock = ContinuousClock()
        let start = clock.now
        try await waitForOrphan()
        let end = try await process.run { progress.show($0, of: stage.stage) }
        progress.clear()
        let outcome = try outcome(of: process, end, seconds: seconds(start.duration(to: clock.now)))
        progress.say("\(stage.stage): \(outcome.announcement)")
        return outcome
    }

    private func arguments(in directory: URL) throws -> [String] {
        let file = directory.appending(path: "config.yaml")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(stage.settings))  // JSON is YAML
        try DurableFile.write(bytes + [0x0A], to: file)
        let arguments = ["--workspace", workspace.root.path, "--json", "--config", file.path]
        return force ? arguments + ["--force"] : arguments
    }

    /// Waits while a stage that a killed night left behind is still on its way to a safe point.
    private func waitForOrphan() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + waitForStage
        var hasReported = false
        while let holder = try FileLock.holder(of: workspace.lock(ofStage: stage.stage)) {
            if !hasReported {
                hasReported = true
                progress.say(
                    "\(stage.stage): waiting for \(holder), at most "
                        + "\(waitForStage.components.seconds) s")
            }
            // After the deadline the stage itself says who holds its lock, and exits with 75.
            guard clock.now < deadline else { return }
            try StopRequest.check(during: "waiting for \(holder)")
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func outcome(
        of process: StageProcess, _ end: StageProcess.End, seconds: Double
    ) throws -> NightResult.Stage {
        var outcome = NightResult.Stage(
            stage: stage.stage, state: .succeeded, reused: false, seconds: seconds,
            log: process.logFile.path, summary: .map([:]))
        switch end {
        case .exited(0):
            outcome.summary = try readSummary(process.resultFile)
            outcome.reused = outcome.summary.isTrue(under: "reused")
        case .exited(let code):
            outcome.state = StopRequest.isPending && code == 75 ? .stopped : .failed
            outcome.exitCode = code
            outcome.message = try LogTail.lastLines(of: process.logFile, count: 2)
                .joined(separator: "\n")
        case .killed(let signal):
            outcome.state = StopRequest.isPending ? .stopped : .failed
            outcome.message =
                "killed by signal \(signal)\nRun the night again: finished work is kept."
        }
        return outcome
    }

    private func readSummary(_ file: URL) throws -> ConfigurationValue {
        do {
            return try JSONDecoder().decode(ConfigurationValue.self, from: Data(contentsOf: file))
        } catch {
            throw StageError.internalError(
                "\(stage.stage) exited with 0, but what it printed with --json is not one JSON "
                    + "object: \(file.path): \(error)",
                next: "Run \(program.path) --json by hand and look at its output.")
        }
    }
}

/// A duration as seconds.
func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
}

extension NightResult.Stage {
    fileprivate var announcement: String {
        let time = NightResult.duration(seconds)
        switch state {
        case .succeeded where reused: return "nothing new (\(time))"
        case .succeeded: return "done in \(time)" + (headline.isEmpty ? "" : ": \(headline)")
        case .stopped: return "stopped after \(time); the next run goes on from there"
        case .failed, .running:
            let code = exitCode.map { "exit code \($0)" } ?? "no exit code"
            return "FAILED after \(time), \(code): \(message ?? "")\nIts log: \(log)"
        }
    }
}
