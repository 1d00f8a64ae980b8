import Digests
import Episodes
import Releases

/// A small manifest; `seed` makes it another release.
func manifest(
    seed: UInt64 = 7, weights: [UInt8] = [1, 2, 3, 4]
) throws -> ReleaseManifest {
    ReleaseManifest(
        weights: .init(digest: Digest.of(weights), byteCount: weights.count),
        base: nil,
        snapshot: Digest.of("snapshot"),
        labelSet: Digest.of("label set"),
        valueFunctions: [Digest.of("fold 0"), Digest.of("fold 1")],
        thresholds: [
            .init(
                instruction: "open the drawer", embodiment: "sawyer", threshold: 0.0125,
                positiveShare: 0.25)
        ],
        conditioning: "weight",
        configuration: try JSONValue(
            parsing: #"{"steps": 400, "learningRate": 0.0003, "b/c": [true, null, "é"]}"#),
        seed: seed,
        heldOutShare: 0.1,
        machine: .init(program: "nightshift 0.1.0", workers: 2, blasCore: "Haswell"),
        policy: .init(
            preset: "tiny", historyLength: 2, horizon: 16,
            embodiments: [
                Embodiment(
                    name: "sawyer", state: [.init(array: "obs/state", width: 39)],
                    actionWidth: 4, controlRateHertz: 80)
            ],
            normaliser: "1st and 99th percentile to [-1, 1]", tokenizer: "one index a task"),
        tasks: [
            .init(
                instruction: "open the drawer", embodiment: "sawyer", trainingEpisodes: 36,
                heldOutEpisodes: 4)
        ],
        trainingCurve: [.init(step: 100, loss: 0.5, gradientNorm: 1.25, learningRate: 0.0003)])
}

/// What signs in tests: the key of the bytes 1, 2, … 32.
func testKey(startingAt first: UInt8 = 1) throws -> SigningKey {
    try SigningKey(rawRepresentation: (0..<32).map { first + $0 })
}
