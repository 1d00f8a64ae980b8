import Batching
import Digests
import Episodes
import Policies
import ShadowEvaluation
import Testing

/// A policy whose every action is `level`, or what `level` says of the newest state.
private struct StandIn: ChunkPolicy {
    let configuration: PolicyConfiguration
    let level: @Sendable (_ state: Float, _ offset: Int) -> Float

    func chunks(for observations: ObservationBatch, noiseSeed: UInt64) throws -> [Float] {
        var actions: [Float] = []
        for sample in 0..<observations.count {
            let newest = (sample + 1) * observations.historyLength - 1
            let state = observations.states[newest * observations.stateWidth]
            for offset in 0..<configuration.horizon {
                actions += Array(repeating: level(state, offset), count: configuration.actionWidth)
            }
        }
        return actions
    }
}

@Suite("Replay of held-out episodes") struct ReplayTests {
    private func configuration(_ instruction: String = "push") throws -> PolicyConfiguration {
        try .preset(
            "tiny",
            embodiments: [.init(name: "arm", stateWidth: 1, actionWidth: 2, controlRateHertz: 10)],
            tasks: [.init(instruction: instruction, embodiment: "arm")])
    }

    /// State t is t; both action columns go from -1 to 1 at half-time, where `flips`.
    private func episode(
        _ name: String, stepCount: Int = 40, flips: Bool = true, outcome: Outcome = .success
    ) throws -> ReplayedEpisode {
        let states = (0..<stepCount).map { Float($0) }
        let actions = (0..<stepCount).flatMap { step -> [Float] in
            let level: Float = flips && step >= stepCount / 2 ? 1 : -1
            return [level, level]
        }
        return try ReplayedEpisode(
            digest: Digest.of(name),
            episode: Episode(
                metadata: EpisodeMetadata(
                    instruction: "push",
                    embodiment: Embodiment(
                        name: "arm", state: [.init(array: "state", width: 1)], actionWidth: 2,
                        controlRateHertz: 10),
                    outcome: outcome, outcomeSource: .attribute, stepCount: stepCount,
                    actionArray: "actions", sourceFormat: "test", sourceEpisode: name),
                arrays: [
                    EpisodeArray(
                        name: "state", elementType: .float32, shape: [stepCount, 1],
                        bytes: bytes(states)),
                    EpisodeArray(
                        name: "actions", elementType: .float32, shape: [stepCount, 2],
                        bytes: bytes(actions)),
                ]))
    }

    private func bytes(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
        }
    }

    private func statistics(of episodes: [ReplayedEpisode]) -> ActionStatistics {
        var statistics = ActionStatistics(horizon: 16)
        for episode in episodes {
            statistics.add(actions: episode.actions, width: 2, task: episode.task)
        }
        statistics.finish()
        return statistics
    }

    private func replay(
        _ candidate: StandIn, _ incumbent: StandIn?, of episodes: [ReplayedEpisode]
    ) throws -> Replay {
        var replay = Replay(
            candidate: candidate, incumbent: incumbent, statistics: statistics(of: episodes),
            configuration: ShadowConfiguration())
        for episode in episodes { try replay.add(episode) }
        return replay
    }

    @Test(
        "a policy that repeats the recording has no error, and its shifted twin one that is known")
    func knownErrors() throws {
        let shape = try configuration()
        // The policy sees the step's number, so that it can know when the recording flips.
        let oracle = StandIn(configuration: shape) { $0 + Float($1) >= 20 ? 1 : -1 }
        let shifted = StandIn(configuration: shape) { ($0 + Float($1) >= 20 ? 1 : -1) + 0.5 }
        let replay = try replay(oracle, shifted, of: [try episode("a"), try episode("b")])
        let found = try #require(replay.episodes.first)
        #expect(found.candidate.sum == 0)
        #expect(found.candidate.count == 80)
        let deviation = try #require(
            statistics(of: [try episode("a"), try episode("b")]).scales["arm"]
        )
        .deviations[0]
        let incumbent = try #require(found.incumbent)
        #expect(abs(incumbent.rootMeanSquare - Double(0.5 / deviation)) < 1e-6)
        let disagreement = try #require(replay.disagreement)
        #expect(disagreement.decisions == 10)
        #expect(abs(disagreement.percentile99 - Double(0.5 / deviation)) < 1e-6)
        #expect(replay.envelope.candidate == 0)
        // 1.5 is beyond 1 plus a tenth of the range 2; -0.5 is inside.
        #expect(replay.envelope.incumbent == 0.5)
        #expect(replay.envelope.recorded == 0)
    }

    @Test("critical steps are those within half a second of a gripper's change")
    func criticalSteps() throws {
        let shape = try configuration()
        let replay = try replay(
            StandIn(configuration: shape) { _, _ in 0 }, nil,
            of: [try episode("flips"), try episode("still", flips: false)])
        // The change is seen at step 20; five ticks of 10 Hz either side are half a second.
        #expect(replay.episodes[0].criticalCandidate.count == 11 * 2)
        #expect(replay.episodes[1].criticalCandidate.count == 0)
        #expect(replay.episodes[0].criticalIncumbent == nil)
    }

    @Test("the mean chunk's error is that of the mean of what follows any step")
    func meanChunk() throws {
        let episodes = [try episode("a")]
        let replay = try replay(
            StandIn(configuration: try configuration()) { _, _ in 0 }, nil, of: episodes)
        let statistics = statistics(of: episodes)
        let chunk = try #require(statistics.meanChunks[episodes[0].task])
        #expect(chunk[0] == 0)
        // Of 40 - 15 windows, 20 have a 1 fifteen steps on.
        #expect(abs(chunk[30] - (20 - 5) / 25) < 1e-6)
        var expected = 0.0
        for step in 0..<40 {
            let error = Double((chunk[step % 8 * 2] - (step >= 20 ? 1 : -1)))
            expected += error * error
        }
        let deviation = Double(try #require(statistics.scales["arm"]).deviations[0])
        let found = replay.episodes[0].meanChunk.rootMeanSquare
        #expect(abs(found - (expected / 40).squareRoot() / deviation) < 1e-5)
    }

    @Test("an episode of a task that a policy does not know is counted, not guessed")
    func unknownTasks() throws {
        let known = StandIn(configuration: try configuration()) { _, _ in 0 }
        let other = StandIn(configuration: try configuration("pull")) { _, _ in 0 }
        let episodes = [try episode("a")]
        let first = try replay(known, other, of: episodes)
        #expect(first.episodes.count == 1)
        #expect(first.episodes[0].incumbent == nil)
        #expect(first.disagreement == nil)
        let second = try replay(other, known, of: episodes)
        #expect(second.episodes.isEmpty)
        #expect(second.unknownTaskEpisodes == 1)
    }
}
