import Catalogue
import Digests
import EpisodeStore
import Episodes
package import Foundation
import Releases
import ShadowEvaluation
package import StageRuns

/// Compares a filter with random and with shortest-first at the same kept count, by the policies that
/// result.
///
/// Everything happens in a workspace of its own under the caller's, which has its episodes and shares its shards, and
/// is removed afterwards; the caller's catalogue, a file or a PostgreSQL database, is not changed.
///
/// Arguments:
///   - filter: settings of filter-by-quality to be audited; nil for its defaults.
///   - programs: the folder with the stages' executables.
/// - Throws: ``StageError``.
package func auditFilter(
    options: StageOptions, filter: URL?, programs: URL
) throws -> AuditReport {
    let settings = try ConfigurationFile.load(
        AuditConfiguration.self, from: options.configurationFile)
    return try Audit(
        settings: settings, filter: filter, programs: programs,
        original: try StageSession(options: options)
    ).report()
}

/// One audit.
struct Audit {
    let settings: AuditConfiguration
    let filter: URL?
    let programs: URL
    let original: StageSession
    private let log = StageLog(stage: "audit")

    init(settings: AuditConfiguration, filter: URL?, programs: URL, original: StageSession) {
        self.settings = settings
        self.filter = filter
        self.programs = programs
        self.original = original
    }

    private var folder: URL { original.workspace.root.appending(path: "audit") }

    func report() throws -> AuditReport {
        let lock = try FileLock.acquire(
            original.workspace.lock(ofStage: "audit"), for: "filter-by-quality audit")
        // What is left behind, the next audit removes.
        defer { try? FileManager.default.removeItem(at: folder) }
        let session = try prepare()
        let pool = try pool(session)
        guard pool.keptCount > 0, pool.keptCount < pool.candidateCount else {
            throw StageError.inputRefused(
                "auditing a filter: it keeps \(pool.keptCount) of \(pool.candidateCount) episodes, "
                    + "so there is nothing to compare",
                next: "Name settings whose gates act: --filter FILE.")
        }
        var scores: [AuditArm: [Double]] = [:]
        var measure = ""
        for seed in settings.seeds {
            for arm in AuditArm.allCases {
                try StopRequest.check(during: "auditing")
                log.info("seed \(seed), \(arm.rawValue)")
                try publish(pool.snapshot(arm, seed: seed), arm, seed: seed, session)
                let score = try score(arm, seed: seed, session)
                measure = score.measure
                scores[arm, default: []].append(score.value)
            }
        }
        _ = lock  // held to here
        return AuditReport(pool: pool, measure: measure, scores: scores)
    }

    /// A workspace with the same episodes and shards, and a catalogue of its own wherever the caller's is.
    private func prepare() throws -> StageSession {
        let files = FileManager.default
        if files.fileExists(atPath: folder.path) { try files.removeItem(at: folder) }
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        let root = original.workspace.root
        try files.createSymbolicLink(
            at: folder.appending(path: "shards"), withDestinationURL: root.appending(path: "shards")
        )
        let session = try StageSession(options: StageOptions(workspace: folder))
        try copyEpisodes(to: session.catalogue)
        return session
    }

    private func copyEpisodes(to catalogue: ExperienceCatalogue) throws {
        var (pending, sources) = ([EpisodeRecord](), [Digest: SourceFileRecord]())
        var copied: Set<Digest> = []
        func flush() throws {
            try catalogue.record(
                episodes: pending, sources: sources.values.sorted { $0.digest.hex < $1.digest.hex },
                guardedBy: nil)
            copied.formUnion(sources.keys)
            (pending, sources) = ([], [:])
        }
        try original.catalogue.forEachEpisode { record in
            pending.append(record)
            if !copied.contains(record.sourceFile), sources[record.sourceFile] == nil {
                sources[record.sourceFile] = try original.catalogue.sourceFile(
                    digest: record.sourceFile)
            }
            if pending.count == 500 { try flush() }
        }
        if !pending.isEmpty { try flush() }
    }

    /// All episodes, and which of them the filter keeps.
    private func pool(_ session: StageSession) throws -> AuditPool {
        struct Filtered: Decodable { let snapshot: Digest }
        let words = filter.map { ["--config", $0.path] } ?? []
        let filtered: Filtered = try run("filter-by-quality", words + ["--force"])
        let snapshot = try ExperienceSnapshot(bytes: try session.objects.read(filtered.snapshot))
        var episodes: [(digest: Digest, task: String, stepCount: Int)] = []
        try session.catalogue.forEachEpisode { record in
            let metadata = record.metadata
            episodes.append(
                (
                    record.digest, metadata.embodiment.name + "\u{1}" + metadata.instruction,
                    metadata.stepCount
                ))
        }
        return AuditPool(
            episodes, kept: Set(snapshot.entries.map(\.episode)),
            heldOutShare: settings.heldOutShare)
    }

    /// Publishes an arm's episodes as if filter-by-quality had chosen them.
    private func publish(
        _ episodes: [Digest], _ arm: AuditArm, seed: UInt64, _ session: StageSession
    ) throws {
        var lines = [
            "{\"episodes\":\(episodes.count),\"format\":\"\(ExperienceSnapshot.formatName)\",\"version\":1}"
        ]
        lines += try episodes.map {
            try canonicalJSON(
                ExperienceSnapshot.Entry(episode: $0, weight: 1, neverPositive: false))
        }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        _ = try session.perform(
            stage: "filter-by-quality", configuration: settings,
            inputs: [("arm", Digest.of("\(arm.rawValue) \(seed)"))]
        ) { run in
            let digest = try run.objects.put(bytes)
            return StageResult(
                outputs: [
                    Artefact(
                        kind: "snapshot", name: "snapshot", digest: digest, byteCount: bytes.count)
                ], summary: "\(arm.rawValue) with seed \(seed)")
        }
    }

    /// Fine-tunes on the newest snapshot, and judges the policy; higher is better.
    private func score(
        _ arm: AuditArm, seed: UInt64, _ session: StageSession
    ) throws -> (value: Double, measure: String) {
        let file = folder.appending(path: "fine-tune.yaml")
        try DurableFile.write(
            """
            conditioning: \(settings.conditioning)
            base: none
            trainingSteps: \(settings.trainingSteps)
            heldOutShare: \(settings.heldOutShare)
            seed: \(seed)

            """, to: file)
        let tuned: Tuned = try run("fine-tune", ["--config", file.path])
        guard settings.simulator.isEmpty else {
            return (try simulate(tuned, arm, seed: seed, session), "success rate")
        }
        guard let error = tuned.heldOutErrors.policy else {
            throw StageError.inputRefused(
                "auditing a filter: no held-out success to judge policies by",
                next: "Ingest more episodes, raise heldOutShare, or name a simulator.")
        }
        return (-error, "minus held-out action error")
    }

    /// What is read of fine-tune's summary.
    private struct Tuned: Decodable {
        struct Errors: Decodable { let policy: Double? }
        struct Task: Decodable {
            let instruction: String
            let embodiment: String
        }
        let weights: Digest
        let heldOutErrors: Errors
        let tasks: [Task]
    }

    private func simulate(
        _ tuned: Tuned, _ arm: AuditArm, seed: UInt64, _ session: StageSession
    ) throws -> Double {
        let name = "\(arm.rawValue)-\(seed)"
        let tasks = folder.appending(path: "tasks.json")
        try DurableFile.write(
            try CanonicalJSON.bytes(
                of: tuned.tasks.map {
                    ReplayTask(instruction: $0.instruction, embodiment: $0.embodiment)
                }), to: tasks)
        let output = folder.appending(path: "\(name).jsonl")
        try SimulatorCommand(
            words: settings.simulator, timeLimitSeconds: settings.programTimeLimitSeconds
        ).run(
            with: [
                "weights": session.objects.url(of: tuned.weights).path, "indicator": "absent",
                "episodes": "\(settings.simulatorEpisodes)", "seed": "\(settings.simulatorSeed)",
                "tasks": tasks.path,
            ], output: output, log: folder.appending(path: "\(name).log"))
        let episodes = try SimulatorOutput(try Data(contentsOf: output), source: output.path)
            .episodes.values
        guard !episodes.isEmpty else {
            throw StageError.inputRefused(
                "auditing a filter: the simulator printed no episode",
                next: "Run its command by hand; docs/stages/shadow-evaluate.md says what it prints."
            )
        }
        return Double(episodes.count(where: \.success)) / Double(episodes.count)
    }

    /// Runs a stage's program in the audit's workspace, and decodes what it prints.
    private func run<Result: Decodable>(_ program: String, _ words: [String]) throws -> Result {
        let process = Process()
        process.executableURL = programs.appending(path: program)
        process.arguments = ["--workspace", folder.path, "--json"] + words
        // The audit's own catalogue is a file in its workspace.
        process.environment = ProcessInfo.processInfo.environment.filter {
            $0.key != "NIGHTSHIFT_DATABASE"
        }
        let (output, log) = (
            folder.appending(path: "\(program).json"), folder.appending(path: "\(program).log")
        )
        for url in [output, log] { try Data().write(to: url) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            throw StageError.unavailable(
                "auditing a filter: \(program) ended with \(process.terminationStatus), expected 0: "
                    + text.suffix(800),
                next: "Run the same command alone to see what is wrong, then audit again.")
        }
        return try JSONDecoder().decode(Result.self, from: try Data(contentsOf: output))
    }
}
