import Catalogue
import Digests
import EpisodeStore
import Episodes
import Policies
import Releases
import StageRuns

/// A candidate and what it is compared with, in one attempt of the stage.
struct ShadowEvaluator {
    let run: StageRun
    let configuration: ShadowConfiguration
    let candidate: Digest
    let incumbent: Digest?

    /// Measures, and judges what was measured.
    func evidence() throws -> ShadowEvidence {
        let manifest = try ReleaseManifest(verifiedBytes: try run.objects.read(candidate))
        let weights = try run.objects.read(manifest.weights.digest)
        let ours = try ReplayedPolicy(weights: weights, manifest: manifest)
        let twin = try ReplayedPolicy(weights: weights, manifest: manifest)
        let incumbent = try incumbent.map(released)
        let episodes = try SnapshotEpisodes(
            bytes: try run.objects.read(manifest.snapshot), heldOutShare: manifest.heldOutShare)
        var replay = Replay(
            candidate: ours, incumbent: incumbent?.policy,
            statistics: try statistics(of: episodes.training, horizon: ours.configuration.horizon),
            configuration: configuration)
        let measured = try measurements(
            of: ours, and: twin, weightsByteCount: weights.count, over: episodes, &replay
        )
        return try ShadowEvidence(
            candidate: candidate, incumbent: self.incumbent, measurements: measured,
            configuration: configuration
        ) {
            guard configuration.usesSimulator, let incumbent else { return nil }
            return try Simulation(
                run: run, configuration: configuration,
                candidate: SimulatedPolicy(
                    name: "candidate", release: candidate, weights: weights, policy: ours),
                incumbent: incumbent.simulated
            ).evidence()
        }
    }

    private func measurements(
        of ours: ReplayedPolicy, and twin: ReplayedPolicy, weightsByteCount: Int,
        over episodes: SnapshotEpisodes, _ replay: inout Replay
    ) throws -> ShadowMeasurements {
        let served = ours.guided(by: configuration.guidance)
        var forward = try finite {
            try forwardMeasurement(
                of: served, and: twin.guided(by: configuration.guidance),
                weightsByteCount: weightsByteCount)
        }
        if forward != nil {
            let isFinite: Void? = try finite { try self.replay(episodes, into: &replay) }
            if isFinite == nil { forward?.isFinite = false }
        }
        let latency = try finite {
            try latencyMeasurement(of: served, configuration: configuration)
        }
        return measurements(
            forward: forward
                ?? .init(
                    isFinite: false, isDeterministic: false, digest: Digest.of([UInt8]()),
                    weightsByteCount: weightsByteCount),
            latency: latency ?? .init(median: 0, percentile99: 0, budget: nil), replay)
    }

    /// The incumbent, from where robots take it; nothing of it is parsed before it is verified.
    private func released(
        _ release: Digest
    ) throws -> (policy: ReplayedPolicy, simulated: SimulatedPolicy) {
        let root = run.workspace.root
        let key = try SigningKeyFile(workspace: root).openOrCreate().publicKey
        let (manifest, weights) = try ReleaseStore(workspace: root)
            .verifiedWeights(release, key: key)
        let policy = try ReplayedPolicy(weights: weights, manifest: manifest)
        return (
            policy,
            SimulatedPolicy(name: "incumbent", release: release, weights: weights, policy: policy)
        )
    }

    /// The result of `body`; nil where a policy's action is not finite, which is a finding.
    private func finite<Result>(_ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch let error as PolicyError where error.code == .actionNotFinite {
            run.log.warning("\(error)")
            return nil
        }
    }

    private func statistics(
        of episodes: [Digest], horizon: Int
    ) throws -> ActionStatistics {
        var statistics = ActionStatistics(horizon: horizon)
        try forEach(episodes.prefix(configuration.statisticsEpisodes), "statistics") { episode in
            statistics.add(
                actions: episode.actions, width: episode.actionWidth, task: episode.task)
        }
        statistics.finish()
        return statistics
    }

    private func replay(_ episodes: SnapshotEpisodes, into replay: inout Replay) throws {
        try forEach(
            episodes.heldOut.prefix(configuration.heldOutEpisodes), "replay",
            corrected: episodes.corrected
        ) {
            try replay.add($0)
        }
    }

    /// Streams episodes: one in memory at a time.
    private func forEach(
        _ digests: ArraySlice<Digest>, _ label: String, corrected: [Digest: Outcome] = [:],
        _ body: (ReplayedEpisode) throws -> Void
    ) throws {
        let pageSize = 256
        var done = 0
        for start in stride(from: digests.startIndex, to: digests.endIndex, by: pageSize) {
            let page = Array(digests[start..<min(start + pageSize, digests.endIndex)])
            for record in try run.catalogue.episodes(withDigests: page) {
                try StopRequest.check(during: label)
                let location = EpisodeLocation(
                    shard: record.shard, offset: record.offset, length: record.length)
                // What a person may have corrected is in the catalogue, not in the shard.
                var episode = try run.shards.read(location, expecting: record.digest)
                episode.metadata = record.metadata
                if let outcome = corrected[record.digest] { episode.metadata.outcome = outcome }
                try body(try ReplayedEpisode(digest: record.digest, episode: episode))
                done += 1
                run.log.progress(label, done: done, total: digests.count)
            }
        }
    }

    private func measurements(
        forward: ShadowMeasurements.Forward, latency: ShadowMeasurements.Latency, _ replay: Replay
    ) -> ShadowMeasurements {
        let successes = replay.episodes.filter(\.isSuccess)
        let resampling = Resampling(
            resamples: configuration.resamples, confidence: configuration.confidence,
            seed: configuration.seed)
        let byTask = Dictionary(grouping: successes, by: \.task)
        return ShadowMeasurements(
            forward: forward, latency: latency, heldOutEpisodes: replay.episodes.count,
            heldOutSuccesses: successes.count, unknownTaskEpisodes: replay.unknownTaskEpisodes,
            overall: ErrorSlice(name: "all tasks", of: successes, resampling: resampling),
            critical: ErrorSlice(critical: successes, resampling: resampling),
            tasks: byTask.keys.sorted().map {
                ErrorSlice(name: $0, of: byTask[$0] ?? [], resampling: resampling)
            },
            envelope: replay.envelope, disagreement: replay.disagreement)
    }
}
