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
    /// Joint 2 stays what it is from this step on.
    var deadFrom: Int?
    /// What a camera sees, if there is one.
    var pictures: MadeUpPictures?
    /// The same as an MP4 file.
    var video: [UInt8]?
    /// The same as one JPEG or PNG file at every step.
    var pictureFile: [UInt8]?
    /// Added to every other action, and taken off the others.
    var shaking: Float = 0
    /// What its actions are multiplied by.
    var gain: Float = 1
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
        if let deadFrom {
            for step in deadFrom..<stepCount { states[step * 3 + 2] = states[deadFrom * 3 + 2] }
        }
        if let notANumberAt { states[notANumberAt * 3 + 2] = .nan }
        let actions = (0..<(stepCount * 2)).map { (index: Int) -> Float in
            let shake = (index / 2).isMultiple(of: 2) ? shaking : -shaking
            return gain * (Float(cos(phase + Double(index) * 0.1)) + shake)
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
        if let pictures { arrays.append(pictures.array(stepCount: stepCount, seed: phase)) }
        if let video {
            arrays.append(
                EpisodeArray(
                    name: "obs/front_image", elementType: .uint8, shape: [video.count],
                    bytes: video))
        }
        if let pictureFile {
            let rows = (0..<stepCount).flatMap { _ in pictureFile }
            arrays.append(
                EpisodeArray(
                    name: "obs/front_image", elementType: .uint8,
                    shape: [stepCount, pictureFile.count], bytes: rows))
        }
        let embodiment = Embodiment(
            name: "arm", state: [.init(array: "obs/joints", width: 3)], actionWidth: 2,
            controlRateHertz: 50)
        let metadata = EpisodeMetadata(
            instruction: instruction, embodiment: embodiment, outcome: outcome,
            outcomeSource: .attribute, stepCount: stepCount, actionArray: "actions",
            timestampArray: timestamps == nil ? nil : "timestamps",
            cameras: cameras,
            hasSafetyMark: hasSafetyMark,
            provenance: provenance, sourceFormat: "made-up", sourceEpisode: "demo_0")
        return Episode(metadata: metadata, arrays: arrays)
    }

    private var cameras: [Camera] {
        let encoding: Camera.Encoding? =
            video != nil ? .video : pictureFile != nil ? .jpegRows : pictures != nil ? .raw : nil
        return encoding.map { [Camera(name: "front", array: "obs/front_image", encoding: $0)] }
            ?? []
    }

    private func bytes<Number>(_ numbers: [Number]) -> [UInt8] {
        numbers.withUnsafeBytes { Array($0) }
    }
}

/// What a camera of 24 x 24 pixels sees: a texture with noise, or something worse.
enum MadeUpPictures: Sendable {
    case clean, black, frozen, blurred, dim, missing

    func array(stepCount: Int, seed: Double) -> EpisodeArray {
        let count = self == .missing ? stepCount - 2 : stepCount
        var bytes: [UInt8] = []
        var state = UInt64(seed * 1000) &+ 1
        for step in 0..<count {
            let first = bytes.count
            for place in 0..<(24 * 24) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let texture = (place * 37) % 100 + 60
                let level = UInt8(texture + Int(state >> 61))
                bytes += [level, level, level]
            }
            guard step > 10 else { continue }
            switch self {
            case .clean, .missing: break
            case .black: for place in first..<bytes.count { bytes[place] = 0 }
            case .frozen: for place in first..<bytes.count { bytes[place] = bytes[place - first] }
            case .blurred:
                for place in first..<bytes.count { bytes[place] = bytes[place] / 8 + 92 }
            case .dim: for place in first..<bytes.count { bytes[place] /= 4 }
            }
        }
        return EpisodeArray(
            name: "obs/front_image", elementType: .uint8, shape: [count, 24, 24, 3], bytes: bytes)
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
