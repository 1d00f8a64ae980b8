import Digests
import EpisodeStore
import Evidence
import Foundation
import Releases
import StageRuns

/// Runs candidate and incumbent in the plugged-in simulator, look by look, until the evidence is
/// enough or the episodes are spent.
struct Simulation {
    let run: StageRun
    let configuration: ShadowConfiguration
    let candidate: SimulatedPolicy
    let incumbent: SimulatedPolicy

    /// Robots' seeds stay below this; a simulation's are at least this, so that no policy has learned on
    /// what it is judged by.
    static let smallestSeed: UInt64 = 1 << 30

    func evidence() throws -> SimulationEvidence {
        let firstSeed = firstSeed
        let test = try NightlyTest.next(
            of: candidate.release, against: incumbent.release, firstSeed: firstSeed,
            budget: configuration.budget, catalogue: run.catalogue, objects: run.objects)
        let rules = configuration.rules(alpha: test.alpha)
        var trials: [PairedTrial] = []
        var seen: Set<SimulatorEpisode.Key> = []
        var comparison = PairedComparison(of: [], rules: rules)
        var looks = 0
        try writeInputs()
        while looks < configuration.simulatorLooks, comparison.verdict == .undecided {
            let seed = firstSeed + UInt64(looks * configuration.simulatorEpisodes)
            looks += 1
            trials += try look(number: looks, seed: seed, seen: &seen)
            comparison = PairedComparison(of: trials, rules: rules)
            run.log.progress("simulation", done: looks, total: configuration.simulatorLooks)
            run.log.info("look \(looks): \(comparison.line)")
        }
        return SimulationEvidence(
            command: configuration.simulator, firstSeed: firstSeed, looks: looks,
            episodesPerLook: configuration.simulatorEpisodes,
            lostTasks: incumbent.tasks.filter { !candidate.tasks.contains($0) }
                .map(\.instruction),
            requirement: rules.requirement, comparison: comparison,
            errorSpent: ErrorSpent(
                test: test.number, promotions: test.promotions, alpha: test.alpha,
                logEvidence: comparison.logDeciding(for: rules.requirement)))
    }

    /// A fresh stream every night: it depends on both policies.
    private var firstSeed: UInt64 {
        let digest = Digest.of(
            "\(candidate.release)\n\(incumbent.release)\n\(configuration.simulatorSeed)")
        let drawn = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let room = UInt64(configuration.simulatorLooks * configuration.simulatorEpisodes)
        return Self.smallestSeed + drawn % (Self.smallestSeed - min(room, Self.smallestSeed / 2))
    }

    /// Where commands find what they are given, and leave what they say.
    private var folder: URL { run.directory.appending(path: "simulator") }
    private var sharedTasks: [ReplayTask] {
        candidate.tasks.filter { incumbent.tasks.contains($0) }
    }

    private func writeInputs() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for policy in [candidate, incumbent] {
            try DurableFile.write(policy.weights, to: weights(of: policy))
            let tasks = policy.name == candidate.name ? candidate.tasks : sharedTasks
            try DurableFile.write(try CanonicalJSON.bytes(of: tasks), to: taskList(of: policy))
        }
    }

    private func weights(of policy: SimulatedPolicy) -> URL {
        run.scratch.appending(path: "\(policy.name).safetensors")
    }

    private func taskList(of policy: SimulatedPolicy) -> URL {
        folder.appending(path: "\(policy.name)-tasks.json")
    }

    private func look(
        number: Int, seed: UInt64, seen: inout Set<SimulatorEpisode.Key>
    ) throws -> [PairedTrial] {
        let ours = try episodes(of: candidate, tasks: candidate.tasks, look: number, seed: seed)
        let theirs = try episodes(of: incumbent, tasks: sharedTasks, look: number, seed: seed)
        for key in theirs.keys where ours[key] == nil {
            throw SimulatorOutput.refused(
                "look \(number): the incumbent has an episode of '\(key.task.instruction)' from seed "
                    + "\(key.seed), and the candidate has none; both must have the same seeds")
        }
        for key in ours.keys {
            guard theirs[key] != nil || !sharedTasks.contains(key.task) else {
                throw SimulatorOutput.refused(
                    "look \(number): the candidate has an episode of '\(key.task.instruction)' from "
                        + "seed \(key.seed), and the incumbent has none; both must have the same seeds"
                )
            }
            guard seen.insert(key).inserted else {
                throw SimulatorOutput.refused(
                    "look \(number): '\(key.task.instruction)' from seed \(key.seed) again, which an "
                        + "earlier look has had; episodes must begin at {seed}")
            }
        }
        return ours.values.map { PairedTrial($0, against: theirs[$0.key]) }
            .sorted { ($0.seed, $0.task) < ($1.seed, $1.task) }
    }

    private func episodes(
        of policy: SimulatedPolicy, tasks: [ReplayTask], look: Int, seed: UInt64
    ) throws -> [SimulatorEpisode.Key: SimulatorEpisode] {
        guard !tasks.isEmpty else { return [:] }
        let name = "\(policy.name)-look-\(look)"
        let output = folder.appending(path: "\(name).jsonl")
        try SimulatorCommand(
            words: configuration.simulator,
            timeLimitSeconds: configuration.simulatorTimeLimitSeconds
        ).run(
            with: [
                "weights": weights(of: policy).path, "indicator": policy.indicator,
                "episodes": "\(configuration.simulatorEpisodes)", "seed": "\(seed)",
                "tasks": taskList(of: policy).path,
            ], output: output, log: folder.appending(path: "\(name).log"))
        let found = try SimulatorOutput(try Data(contentsOf: output), source: output.path).episodes
        try check(found, tasks: tasks, source: output.path)
        return found
    }

    /// Each task must have as many episodes as asked for: the statistics rest on it.
    private func check(
        _ found: [SimulatorEpisode.Key: SimulatorEpisode], tasks: [ReplayTask],
        source: String
    ) throws {
        let counts = Dictionary(grouping: found.keys, by: \.task).mapValues(\.count)
        for task in tasks where counts[task] != configuration.simulatorEpisodes {
            throw SimulatorOutput.refused(
                "\(source): found \(counts[task] ?? 0) episodes of '\(task.instruction)' with "
                    + "\(task.embodiment), expected \(configuration.simulatorEpisodes)")
        }
        if let other = counts.keys.first(where: { !tasks.contains($0) }) {
            throw SimulatorOutput.refused(
                "\(source): found episodes of '\(other.instruction)' with \(other.embodiment), which "
                    + "is no task in the file of {tasks}")
        }
        let limit = configuration.simulatorEpisodeSeconds
        if limit > 0, let long = found.values.first(where: { $0.seconds > limit }) {
            throw SimulatorOutput.refused(
                "\(source): an episode of '\(long.task)' took \(long.seconds) s, and "
                    + "simulatorEpisodeSeconds says that none takes longer than \(limit) s")
        }
    }
}

extension PairedTrial {
    fileprivate init(_ ours: SimulatorEpisode, against theirs: SimulatorEpisode?) {
        self.init(
            task: "\(ours.task) (\(ours.embodiment))", seed: ours.seed,
            candidate: TrialOutcome(isSuccess: ours.success, seconds: ours.seconds),
            incumbent: theirs.map { TrialOutcome(isSuccess: $0.success, seconds: $0.seconds) })
    }
}
