package import Digests
import Catalogue
import EpisodeStore
import Foundation

extension StageSession {
    /// Does a stage's work once a key: a key that has succeeded is verified and reused.
    ///
    /// Holds the stage's lock. What `work` returns becomes visible in one transaction, guarded by the
    /// attempt's epoch, after every byte is on disk. An attempt that throws leaves nothing visible.
    ///
    /// - Throws: ``StageError/locked(_:next:)`` if the stage runs elsewhere; what `work` throws.
    package func perform<Settings: StageConfiguration, Summary: Codable & Sendable>(
        stage: String, formatVersion: Int = 1, configuration: Settings,
        inputs: [(kind: String, digest: Digest)], seed: UInt64? = nil,
        environment: [String: String] = [:],
        work: (StageRun) throws -> StageResult<Summary>
    ) throws -> StageReport<Summary> {
        let lock = try FileLock.acquire(
            workspace.lock(ofStage: stage), for: "\(stage), run \(options.run ?? "by hand")")
        let key = try StageKey(
            stage: stage, formatVersion: formatVersion, configuration: configuration,
            inputs: inputs, seed: seed, environment: environment)
        let log = StageLog(stage: stage)
        if !options.force, let report: StageReport<Summary> = try reuse(key, log) { return report }
        let report = try attempt(key, configuration, log, work)
        _ = lock  // held to here
        return report
    }

    private func reuse<Summary: Codable & Sendable>(
        _ key: StageKey, _ log: StageLog
    ) throws -> StageReport<Summary>? {
        let start = ContinuousClock.now
        let digest = try key.digest()
        guard var record = try catalogue.succeededAttempt(stage: key.stage, key: digest) else {
            return nil
        }
        for output in record.outputs {
            do {
                try objects.verify(output.digest)
            } catch let error as EpisodeStoreError {
                log.warning(
                    "the \(output.kind) of attempt \(record.id) is damaged, so the work is done "
                        + "again: \(error)")
                return nil
            }
        }
        try clear(scratch(digest))  // A kill may have come just after the success.
        guard let summary: Summary = summary(of: record, log) else { return nil }
        if try catalogue.latestSucceeded(stage: key.stage)?.id != record.id {
            record = try catalogue.republish(record, run: options.run)
        }
        return StageReport(
            stage: key.stage, key: digest, attempt: record.id, reused: true,
            seconds: elapsed(since: start), outputs: record.outputs, summary: summary)
    }

    /// The summary, or nil where an older build wrote it with other keys: then the work is done again.
    private func summary<Summary: Decodable>(of record: AttemptRecord, _ log: StageLog) -> Summary?
    {
        do {
            return try JSONDecoder().decode(
                Summary.self, from: Data((record.summaryJSON ?? "null").utf8))
        } catch {
            log.warning(
                "the summary of attempt \(record.id) was written by another build, so the work is done "
                    + "again: \(error)")
            return nil
        }
    }

    private func attempt<Settings: StageConfiguration, Summary: Codable & Sendable>(
        _ key: StageKey, _ configuration: Settings, _ log: StageLog,
        _ work: (StageRun) throws -> StageResult<Summary>
    ) throws -> StageReport<Summary> {
        let start = ContinuousClock.now
        let digest = try key.digest()
        let attempt = try catalogue.beginAttempt(
            stage: key.stage, key: digest, run: options.run,
            configurationJSON: key.configuration,
            environmentJSON: try canonicalJSON(key.environment), at: timestamp())
        do {
            let run = try begin(attempt, digest: digest, stage: key.stage, log: log)
            try DurableFile.write(
                key.configuration, to: run.directory.appending(path: "configuration.json"))
            let result = try work(run)
            try catalogue.succeed(
                attempt, outputs: result.outputs, summaryJSON: try canonicalJSON(result.summary),
                at: timestamp(), also: result.also)
            try clear(run.scratch)
            return StageReport(
                stage: key.stage, key: digest, attempt: attempt.id, reused: false,
                seconds: elapsed(since: start), outputs: result.outputs, summary: result.summary)
        } catch {
            record(error, of: attempt, log)
            throw error
        }
    }

    /// Records why an attempt failed; where even that fails, the first error is still the one that
    /// the caller must see, and the next attempt of the stage abandons this one.
    private func record(_ error: any Error, of attempt: Attempt, _ log: StageLog) {
        do {
            try catalogue.fail(attempt, message: "\(error)", at: timestamp())
        } catch let second {
            log.warning("the failure of attempt \(attempt.id) could not be recorded: \(second)")
        }
    }

    /// Removes what a key that has succeeded needs no more.
    private func clear(_ scratch: URL) throws {
        guard FileManager.default.fileExists(atPath: scratch.path) else { return }
        try FileManager.default.removeItem(at: scratch)
    }

    private func scratch(_ key: Digest) -> URL {
        workspace.runs.appending(path: "scratch/\(key)", directoryHint: .isDirectory)
    }

    private func begin(
        _ attempt: Attempt, digest: Digest, stage: String, log: StageLog
    ) throws -> StageRun {
        let directory = workspace.runDirectory(
            options.run ?? "by-hand-\(attempt.id)", stage: stage)
        let scratch = scratch(digest)
        for folder in [directory, scratch] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        return StageRun(
            session: self, attempt: attempt, directory: directory, scratch: scratch, log: log)
    }
}

func elapsed(since start: ContinuousClock.Instant) -> Double {
    let parts = start.duration(to: .now).components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
}
