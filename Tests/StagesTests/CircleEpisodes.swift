import Batching
import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Policies
import Releases
import StageRuns

/// Episodes of an arm on a circle, whose actions follow from its state: what a policy can learn.
struct CircleEpisodes {
    let workspace: PromotionWorkspace
    let snapshot: Digest
    let episodes: [(digest: Digest, states: [Float], actions: [Float])]

    static let stepCount = 48
    static let embodiment = Embodiment(
        name: "arm", state: [.init(array: "state", width: 2)], actionWidth: 2,
        controlRateHertz: 10)

    init(root: URL, count: Int = 60) throws {
        workspace = try PromotionWorkspace(root: root)
        let writer = try ShardWriter(workspace: root)
        var stored: [(frame: StoredFrame, metadata: EpisodeMetadata)] = []
        var episodes: [(digest: Digest, states: [Float], actions: [Float])] = []
        for number in 0..<count {
            let (episode, states, actions) = Self.episode(number)
            let frame = try writer.append(episode)
            stored.append((frame, episode.metadata))
            episodes.append((frame.digest, states, actions))
        }
        let shard = try writer.finish()
        try Self.record(stored, in: shard, of: workspace)
        self.episodes = episodes.sorted { $0.digest < $1.digest }
        let header = #"{"format":"nightshift.snapshot","version":1,"episodes":\#(count)}"#
        let lines = self.episodes.map { #"{"episode":"\#($0.digest)","weight":1}"# }
        let text = ([header] + lines).map { $0 + "\n" }.joined()
        snapshot = try workspace.session.objects.put(Array(text.utf8))
    }

    private static func episode(_ number: Int) -> (Episode, [Float], [Float]) {
        var states: [Float] = []
        var actions: [Float] = []
        for step in 0..<stepCount {
            let angle = 0.2 * Double(step) + 0.7 * Double(number)
            states += [Float(sin(angle)), Float(cos(angle))]
            actions += [Float(cos(angle)), sin(angle) > 0 ? 1 : -1]
        }
        let metadata = EpisodeMetadata(
            instruction: "circle", embodiment: embodiment, outcome: .success,
            outcomeSource: .attribute, stepCount: stepCount, actionArray: "actions",
            sourceFormat: "test", sourceEpisode: "demo_\(number)")
        let arrays = [("state", states), ("actions", actions)].map { name, values in
            EpisodeArray(
                name: name, elementType: .float32, shape: [stepCount, 2],
                bytes: values.flatMap { value in
                    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
                })
        }
        return (Episode(metadata: metadata, arrays: arrays), states, actions)
    }

    private static func record(
        _ stored: [(frame: StoredFrame, metadata: EpisodeMetadata)], in shard: Digest,
        of workspace: PromotionWorkspace
    ) throws {
        let source = Digest.of("file")
        _ = try workspace.session.catalogue.record(
            episodes: stored.map { frame, metadata in
                EpisodeRecord(
                    digest: frame.digest, shard: shard, offset: frame.offset,
                    length: frame.length, metadata: metadata, interventionCount: 0,
                    bytesIn: frame.bytesIn, bytesStored: frame.bytesStored, sourceFile: source,
                    ingestedAt: timestamp())
            },
            sources: [
                SourceFileRecord(
                    digest: source, name: "file", byteCount: 1, format: "test",
                    accepted: stored.count, duplicates: 0, quarantined: 0,
                    ingestedAt: timestamp())
            ], guardedBy: nil)
    }

    /// A policy that has seen `steps` batches of the training episodes.
    func policy(seed: UInt64, steps: Int) throws -> FlowPolicy {
        let configuration = try PolicyConfiguration.preset(
            "tiny",
            embodiments: [
                // A slow robot, so that a busy machine is never too slow for it.
                .init(name: "arm", stateWidth: 2, actionWidth: 2, controlRateHertz: 0.1)
            ], tasks: [.init(instruction: "circle", embodiment: "arm")])
        let untrained = try FlowPolicy(
            configuration: configuration,
            normaliser: Normaliser(ranges: [
                .init(
                    embodiment: "arm", stateLow: [-1, -1], stateHigh: [1, 1],
                    actionLow: [-1, -1], actionHigh: [1, 1])
            ]), seed: seed)
        guard steps > 0 else { return untrained }
        let trainer = try FlowTrainer(
            untrained,
            options: TrainingOptions(
                steps: steps, batchSize: 64, learningRate: 2e-3, warmupSteps: 20,
                averageDecay: 0.95, seed: seed))
        var batch = PolicyBatch(
            count: 64, historyLength: 2, stateWidth: 2, horizon: 16, actionWidth: 2)
        let training = episodes.filter { !isHeldOut($0.digest.hex, share: 0.4) }
        for step in 0..<steps {
            for sample in 0..<64 {
                let draw = step * 64 + sample
                fill(
                    &batch, sample, from: training[draw * 31 % training.count],
                    at: draw * 17 % Self.stepCount)
            }
            try trainer.step(batch)
        }
        return trainer.averagedPolicy
    }

    private func fill(
        _ batch: inout PolicyBatch, _ sample: Int,
        from episode: (digest: Digest, states: [Float], actions: [Float]), at step: Int
    ) {
        for (age, source) in [max(0, step - 1), step].enumerated() {
            for column in 0..<2 {
                batch.observations.states[(sample * 2 + age) * 2 + column] =
                    episode.states[source * 2 + column]
            }
        }
        for offset in 0..<16 {
            let source = step + offset
            batch.actionMask[sample * 16 + offset] = source < Self.stepCount ? 1 : 0
            for column in 0..<2 where source < Self.stepCount {
                batch.actions[(sample * 16 + offset) * 2 + column] =
                    episode.actions[source * 2 + column]
            }
        }
    }

    /// Publishes the policy as fine-tune's candidate.
    func publish(
        _ policy: FlowPolicy, seed: UInt64, conditioning: String = "none"
    ) throws -> Digest {
        let weights = policy.checkpoint()
        let manifest = ReleaseManifest(
            weights: .init(
                digest: try workspace.session.objects.put(weights), byteCount: weights.count),
            base: nil, snapshot: snapshot, labelSet: nil, valueFunctions: [], thresholds: [],
            conditioning: conditioning, configuration: .object([:]), seed: seed, heldOutShare: 0.4,
            machine: .init(program: "test", workers: 2, blasCore: "test"),
            policy: .init(
                preset: "tiny", historyLength: 2, horizon: 16, embodiments: [Self.embodiment],
                normaliser: "", tokenizer: ""),
            tasks: [], trainingCurve: [])
        let bytes = try manifest.canonicalBytes()
        try workspace.publish(bytes, kind: "candidate", stage: "fine-tune")
        return Digest.of(bytes)
    }
}
