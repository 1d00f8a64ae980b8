import Batching
import Digests
import EpisodeStore
import Episodes
import Foundation
import Policies
import Releases
import Serving
import TestSupport
import Testing

/// A small policy for two robots, and a workspace that has it as a release.
enum Fixtures {
    static let robots = [
        EmbodimentSpecification(
            name: "arm", stateWidth: 5, actionWidth: 3, controlRateHertz: 20,
            observations: [.init(key: "hand", width: 3), .init(key: "grip", width: 2)]),
        EmbodimentSpecification(name: "base", stateWidth: 2, actionWidth: 2),
    ]
    static let tasks = [
        TaskSpecification(instruction: "push the cup", embodiment: "arm"),
        TaskSpecification(instruction: "pull the cup", embodiment: "arm"),
        TaskSpecification(instruction: "drive home", embodiment: "base"),
    ]

    /// The policies of seeds 1 to 3, trained for a few steps: a fresh one looks at nothing.
    static func policy(seed: Int = 1) throws -> FlowPolicy { try trained[seed - 1].get() }

    private static let trained = (1...3).map { seed in Result { try train(seed: UInt64(seed)) } }

    private static func train(seed: UInt64) throws -> FlowPolicy {
        let fresh = try FlowPolicy(
            configuration: .preset("tiny", embodiments: robots, tasks: tasks),
            normaliser: Normaliser(
                ranges: robots.map {
                    Normaliser.Ranges(
                        embodiment: $0.name,
                        stateLow: Array(repeating: -2, count: $0.stateWidth),
                        stateHigh: Array(repeating: 2, count: $0.stateWidth),
                        actionLow: Array(repeating: -2, count: $0.actionWidth),
                        actionHigh: Array(repeating: 2, count: $0.actionWidth))
                }), seed: seed)
        let trainer = try FlowTrainer(
            fresh,
            options: TrainingOptions(
                steps: 40, batchSize: 24, learningRate: 3e-3, warmupSteps: 5, seed: seed))
        for step in 0..<40 { _ = try trainer.step(batch(fresh.configuration, step: step)) }
        return trainer.currentPolicy
    }

    /// Actions that depend on state, task and indicator.
    private static func batch(_ configuration: PolicyConfiguration, step: Int) -> PolicyBatch {
        var batch = PolicyBatch(
            count: 24, shape: configuration.observationShape, horizon: configuration.horizon,
            actionWidth: configuration.actionWidth)
        for sample in 0..<24 {
            batch.observations.tasks[sample] = sample % 3
            batch.observations.embodiments[sample] = sample % 3 == 2 ? 1 : 0
            batch.indicators[sample] = Indicator.allCases[(sample + step) % 3]
            let state = Float((sample * 7 + step * 11) % 21) / 10 - 1
            for index in 0..<10 { batch.observations.states[sample * 10 + index] = state }
            let sign: Float = batch.indicators[sample] == .positive ? 1 : -1
            for index in 0..<48 { batch.actions[sample * 48 + index] = state * sign }
        }
        return batch
    }

    /// Signs a policy and materialises it, as promote does.
    @discardableResult
    static func release(_ policy: FlowPolicy, in workspace: URL) throws -> Digest {
        let weights = policy.checkpoint()
        _ = try ObjectStore(workspace: workspace).put(weights)
        let manifest = try manifest(of: weights).canonicalBytes()
        let key = try SigningKeyFile(workspace: workspace).openOrCreate()
        let signature = try ReleaseSignature(
            signing: manifest, sequence: 1, signedAt: "2026-01-02T03:04:05Z", with: key)
        return try ReleaseStore(workspace: workspace)
            .materialise(manifest: manifest, signature: signature, key: key.publicKey).id
    }

    private static func manifest(of weights: [UInt8]) throws -> ReleaseManifest {
        ReleaseManifest(
            weights: .init(digest: Digest.of(weights), byteCount: weights.count), base: nil,
            snapshot: Digest.of([1]), labelSet: nil, valueFunctions: [], thresholds: [],
            conditioning: "indicator", configuration: try JSONValue(parsing: "{}"), seed: 1,
            heldOutShare: 0.1, machine: .init(program: "test", workers: 1, blasCore: "any"),
            policy: .init(
                preset: "tiny", historyLength: 2, horizon: 16,
                embodiments: [
                    Embodiment(
                        name: "base", state: [.init(array: "observations/wheels", width: 2)],
                        actionWidth: 2, controlRateHertz: nil)
                ], normaliser: "", tokenizer: ""), tasks: [], trainingCurve: [])
    }

    /// An observation of the arm, with one step of history.
    static func observation(
        seed: Int64? = 5, prompt: String = "push the cup", hand: [Float] = [0.1, -0.2, 0.3],
        grip: [Float] = [0.5, 1]
    ) -> MessageValue {
        var entries = [
            MessageEntry(.text("hand"), .array(NumericArray(hand, shape: [hand.count]))),
            MessageEntry(.text("grip"), .array(NumericArray(grip, shape: [grip.count]))),
            MessageEntry(.text("prompt"), .text(prompt)),
            MessageEntry(.text("embodiment"), .text("arm")),
        ]
        if let seed { entries.append(MessageEntry(.text("seed"), .integer(seed))) }
        return .map(entries)
    }

    /// What the policy itself says to ``observation(seed:prompt:hand:grip:)``.
    static func expected(
        _ policy: FlowPolicy, indicator: Indicator = .positive, seed: UInt64 = 5,
        states: [Float] = [0.1, -0.2, 0.3, 0.5, 1], task: Int = 0
    ) throws -> [Float] {
        var batch = ObservationBatch(count: 1, shape: policy.configuration.observationShape)
        batch.states = states.count == 10 ? states : states + states
        batch.tasks = [task]
        return try policy.chunks(for: batch, indicator: indicator, noiseSeed: seed)
    }
}

/// Runs a server of a fresh workspace's channel `production` while `body` asks it.
func withServer(
    change: (inout ServingOptions) -> Void = { _ in },
    _ body: (PolicyServer, FlowPolicy, URL) throws -> Void
) throws {
    try withTemporaryDirectory { workspace in
        let policy = try Fixtures.policy()
        let release = try Fixtures.release(policy, in: workspace)
        try ChannelLinks(workspace: workspace).point("production", at: release)
        var options = ServingOptions(source: .channel("production", workspace: workspace), port: 0)
        change(&options)
        let server = try PolicyServer(options)
        defer { #expect(throws: Never.self) { try server.stop() } }
        try body(server, policy, workspace)
    }
}

extension MessageValue {
    /// The numbers of an array.
    var floats: [Float] {
        guard case .array(let array) = self else { return [] }
        return array.floats()
    }
}

extension [Float] {
    /// Whether all are nearer than products of other heights round.
    func isNear(_ other: [Float]) -> Bool {
        count == other.count && zip(self, other).allSatisfy { abs($0 - $1) < 1e-4 }
    }
}
