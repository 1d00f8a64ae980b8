import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import QualityFiltering
import StageRuns

/// A clean episode of a three-joint arm at 50 Hz, and what can be made wrong with it.
struct MadeUpEpisode {
    var instruction = "wave"
    var phase = 0.0
    var timestamps: [Double]? = (0..<100).map { Double($0) * 0.02 }
    var stepCount: Int { timestamps?.count ?? 100 }
    /// Added to joint 1 from this step on.
    var jump: (step: Int, by: Float)?
    var notANumberAt: Int?
    var hasSafetyMark = false
    /// Added to every other action, and taken off the others.
    var shaking: Float = 0
    var provenance = Provenance(
        robot: "arm-1", site: "lab", operatorName: "kim", calibration: "c1", licence: "CC-BY-4.0")
    var outcome = Outcome.success

    func episode() -> Episode {
        var states: [Float] = []
        for step in 0..<stepCount {
            for joint in 0..<3 {
                states.append(Float(sin(phase + Double(step) * 0.05 + Double(joint))))
            }
        }
        if let jump {
            for step in jump.step..<stepCount { states[step * 3 + 1] += jump.by }
        }
        if let notANumberAt { states[notANumberAt * 3 + 2] = .nan }
        let actions = (0..<(stepCount * 2)).map { (index: Int) -> Float in
            let shake = (index / 2).isMultiple(of: 2) ? shaking : -shaking
            return Float(cos(phase + Double(index) * 0.1)) + shake
        }
        var arrays = [
            EpisodeArray(
                name: "obs/joints", elementType: .float32, shape: [stepCount, 3],
                bytes: bytes(states)),
            EpisodeArray(
                name: "actions", elementType: .float32, shape: [stepCount, 2], bytes: bytes(actions)
            ),
        ]
        if let timestamps {
            arrays.append(
                EpisodeArray(
                    name: "timestamps", elementType: .float64, shape: [stepCount],
                    bytes: bytes(timestamps)))
        }
        let embodiment = Embodiment(
            name: "arm", state: [.init(array: "obs/joints", width: 3)], actionWidth: 2,
            controlRateHertz: 50)
        let metadata = EpisodeMetadata(
            instruction: instruction, embodiment: embodiment, outcome: outcome,
            outcomeSource: .attribute, stepCount: stepCount, actionArray: "actions",
            timestampArray: timestamps == nil ? nil : "timestamps", hasSafetyMark: hasSafetyMark,
            provenance: provenance, sourceFormat: "made-up", sourceEpisode: "demo_0")
        return Episode(metadata: metadata, arrays: arrays)
    }

    private func bytes<Number>(_ numbers: [Number]) -> [UInt8] {
        numbers.withUnsafeBytes { Array($0) }
    }
}

/// A workspace with made-up episodes, and the stage that judges them.
struct QualityBench {
    let workspace: URL

    init(at root: URL) { workspace = root.appending(path: "workspace") }

    /// Stores episodes as ingest would; returns their digests in the given order.
    func store(_ episodes: [MadeUpEpisode]) throws -> [Digest] {
        let session = try StageSession(options: StageOptions(workspace: workspace))
        let writer = try ShardWriter(workspace: workspace)
        let stored = try episodes.map { made in
            let episode = made.episode()
            return (episode.metadata, try writer.append(episode))
        }
        let shard = try writer.finish()
        let source = Digest.of("source \(shard)")
        try session.catalogue.record(
            episodes: stored.map { metadata, frame in
                EpisodeRecord(
                    digest: frame.digest, shard: shard, offset: frame.offset,
                    length: frame.length, metadata: metadata, interventionCount: 0,
                    bytesIn: frame.bytesIn, bytesStored: frame.bytesStored,
                    sourceFile: source, ingestedAt: "2026-01-01T00:00:00Z")
            },
            sources: [
                SourceFileRecord(
                    digest: source, name: "made-up", byteCount: 0, format: nil,
                    accepted: stored.count, duplicates: 0, quarantined: 0,
                    ingestedAt: "2026-01-01T00:00:00Z")
            ], guardedBy: nil)
        return stored.map(\.1.digest)
    }

    func filter(_ settings: String = "{}") throws -> StageReport<QualitySummary> {
        let file = workspace.appending(path: "quality.yaml")
        try settings.write(to: file, atomically: true, encoding: .utf8)
        return try filterByQuality(
            options: StageOptions(workspace: workspace, configurationFile: file))
    }

    /// What the attempt objected to, warnings too.
    func findings(_ report: StageReport<QualitySummary>) throws -> [FindingRecord] {
        let session = try StageSession(options: StageOptions(workspace: workspace))
        return try session.catalogue.findings(attempt: report.attempt, limit: 1000)
    }

    func snapshot(_ report: StageReport<QualitySummary>) throws -> String {
        let digest = try Digest(hex: report.summary.snapshot)
        return String(decoding: try ObjectStore(workspace: workspace).read(digest), as: UTF8.self)
    }
}
