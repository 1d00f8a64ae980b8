import Catalogue
import Digests
import EpisodeStore
import Episodes
import FineTuning
import Foundation
import StageRuns
import ValueLabelling

/// A workspace with a snapshot of made-up episodes, and the two stages that learn from it.
///
/// The robot is a point on a line that has to reach a goal; failures drift away from it, so that
/// distance and direction tell how an episode ends.
struct LearningBench {
    let workspace: URL

    var options: StageOptions { StageOptions(workspace: workspace) }

    /// Stores episodes, with a camera where asked for, and publishes their snapshot as filter-by-quality would.
    init(
        at root: URL, outcomes: [Outcome], seed: UInt64 = 1, hasPictures: Bool = false
    ) throws {
        workspace = root.appending(path: "workspace")
        let session = try StageSession(options: StageOptions(workspace: workspace))
        let writer = try ShardWriter(workspace: workspace)
        var random = SplitMix(state: seed)
        let stored = try outcomes.map { outcome in
            let episode = reaching(outcome, &random, hasPictures: hasPictures)
            return (episode.metadata, try writer.append(episode))
        }
        let shard = try writer.finish()
        try session.catalogue.record(
            episodes: stored.map { metadata, frame in
                EpisodeRecord(
                    digest: frame.digest, shard: shard, offset: frame.offset,
                    length: frame.length, metadata: metadata, interventionCount: 0,
                    bytesIn: frame.bytesIn, bytesStored: frame.bytesStored,
                    sourceFile: Digest.of("source"), ingestedAt: "2026-01-01T00:00:00Z")
            },
            sources: [
                SourceFileRecord(
                    digest: Digest.of("source"), name: "made-up", byteCount: 0, format: nil,
                    accepted: stored.count, duplicates: 0, quarantined: 0,
                    ingestedAt: "2026-01-01T00:00:00Z")
            ], guardedBy: nil)
        try publish(stored.map(\.1.digest).sorted(), in: session)
    }

    /// Goes on with a workspace that is there.
    init(existing workspace: URL) {
        self.workspace = workspace
    }

    /// Labels with little work; `settings` change what is given here.
    func label(_ settings: [String: String] = [:]) throws -> StageReport<LabellingSummary> {
        let small = [
            "trainingSteps": "120", "batchSize": "64",
            "minimumEpisodesPerOutcome": "4",
        ]
        return try labelWithValueFunction(
            options: try configured("label", small.merging(settings) { $1 }))
    }

    /// Trains with little work; `settings` change what is given here.
    func train(
        _ settings: [String: String] = [:], fromScratch: Bool = false
    ) throws -> StageReport<FineTuneSummary> {
        let small = [
            "trainingSteps": "60", "batchSize": "32", "warmupSteps": "5", "heldOutShare": "0.25",
        ]
        return try fineTune(
            options: try configured("train", small.merging(settings) { $1 }),
            fromScratch: fromScratch)
    }

    private func configured(
        _ name: String, _ settings: [String: String]
    ) throws -> StageOptions {
        let file = workspace.appending(path: "\(name).yaml")
        let text = settings.map { "\($0.key): \($0.value)\n" }.joined()
        try text.write(to: file, atomically: true, encoding: .utf8)
        return StageOptions(workspace: workspace, configurationFile: file)
    }

    private func publish(_ digests: [Digest], in session: StageSession) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let lines = try digests.map {
            try encoder.encode(
                ExperienceSnapshot.Entry(episode: $0, weight: 1, neverPositive: false))
        }
        let header = Data(#"{"format":"nightshift.snapshot","version":1}"#.utf8)
        let bytes = Array(([header] + lines).joined(separator: Data("\n".utf8)))
        let attempt = try session.catalogue.beginAttempt(
            stage: "filter-by-quality", key: Digest.of("filter"), run: nil,
            configurationJSON: "{}", environmentJSON: "{}")
        try session.catalogue.succeed(
            attempt,
            outputs: [
                Artefact(
                    kind: "snapshot", name: "snapshot.jsonl",
                    digest: try session.objects.put(bytes), byteCount: bytes.count)
            ], summaryJSON: "{}")
    }
}

/// One episode of the point on a line: state is position and goal, action is a velocity.
private func reaching(
    _ outcome: Outcome, _ random: inout SplitMix, hasPictures: Bool
) -> Episode {
    let drawn = random.number(in: 0.5...1)
    let goal: Float = hasPictures ? (drawn < 0.75 ? 0.2 : 1) : drawn
    let isGood = outcome == .success
    var position = random.number(in: -0.1...0.1)
    var (states, actions) = ([Float](), [Float]())
    var pixels: [UInt8] = []
    for _ in 0..<(isGood ? 20 : 30) {
        let velocity =
            (isGood ? 3 * (goal - position) : -0.5) + random.number(in: -0.1...0.1)
        // Where there are pictures, the goal is in them alone: brighter is further.
        states += [position, hasPictures ? 0 : goal]
        pixels += [UInt8](repeating: UInt8(255 * goal), count: hasPictures ? 20 * 24 * 3 : 0)
        actions.append(velocity)
        position += 0.05 * velocity
    }
    let robot = Embodiment(
        name: "point", state: [Embodiment.Component(array: "state", width: 2)], actionWidth: 1,
        controlRateHertz: 20)
    return Episode(
        metadata: EpisodeMetadata(
            instruction: "reach the goal", embodiment: robot, outcome: outcome,
            outcomeSource: .attribute, stepCount: actions.count, actionArray: "actions",
            cameras: hasPictures ? [Camera(name: "eye", array: "eye", encoding: .raw)] : [],
            sourceFormat: "test", sourceEpisode: "made-up"),
        arrays: [
            EpisodeArray(
                name: "actions", elementType: .float32, shape: [actions.count, 1],
                bytes: actions.withUnsafeBytes { Array($0) }),
            EpisodeArray(
                name: "state", elementType: .float32, shape: [actions.count, 2],
                bytes: states.withUnsafeBytes { Array($0) }),
        ]
            + (hasPictures
                ? [
                    EpisodeArray(
                        name: "eye", elementType: .uint8, shape: [actions.count, 20, 24, 3],
                        bytes: pixels)
                ] : []))
}

/// Numbers that only a seed decides.
private struct SplitMix {
    var state: UInt64

    mutating func number(in range: ClosedRange<Float>) -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        let share = Float((word ^ (word >> 31)) >> 40) / Float(1 << 24)
        return range.lowerBound + share * (range.upperBound - range.lowerBound)
    }
}
