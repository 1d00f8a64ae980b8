import Catalogue
import Digests
import EpisodeExports
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import HDF5
import StageRuns
import Storekeeping
import Testing

/// What tests of exports ask of a workspace.
extension StoreBench {
    /// Where exports go.
    var exports: URL { root.appending(path: "exports", directoryHint: .isDirectory) }

    @discardableResult
    func export(
        _ format: EpisodeExportFormat, _ name: String = "export", snapshot: String? = nil,
        framesPerSecond: Double? = nil
    ) throws -> ExportSummary {
        try SnapshotExport(
            format: format, folder: exports.appending(path: name), snapshot: snapshot,
            framesPerSecond: framesPerSecond, options: options
        ).run()
    }

    /// Publishes a snapshot of these entries.
    @discardableResult
    func snapshot(of entries: [ExperienceSnapshot.Entry]) throws -> Digest {
        var text = #"{"format":"nightshift.snapshot","version":1,"episodes":\#(entries.count)}"#
        for entry in entries { text += "\n" + (try canonicalJSON(entry)) }
        return try publish(Array((text + "\n").utf8), kind: "snapshot", stage: "filter-by-quality")
    }

    /// Labels that say which step they are of.
    func labels(of steps: [Int], offset: Int) -> EpisodeToExport.Labels {
        EpisodeToExport.Labels(
            values: steps.map { -Float($0 + offset) / 1024 },
            advantages: steps.map { Float($0 + offset) / 512 },
            indicators: steps.map { Int8(($0 + offset) % 3 - 1) })
    }

    /// Publishes a label set of a snapshot.
    @discardableResult
    func label(_ snapshot: Digest, offset: Int = 0) throws -> Digest {
        let entries = try ExperienceSnapshot(bytes: session.objects.read(snapshot)).entries
        var offsets = [0]
        for record in try catalogue.episodes(withDigests: entries.map(\.episode)) {
            offsets.append(offsets[offsets.count - 1] + record.metadata.stepCount)
        }
        let all = labels(of: Array(0..<(offsets.last ?? 0)), offset: offset)
        func column<Value: BitwiseCopyable>(_ name: String, _ values: [Value]) throws
            -> ScratchFile
        {
            let file = try ScratchFile(at: root.appending(path: "objects/\(name)"))
            try file.append(values)
            return file
        }
        let values = try column("values", all.values)
        let (digest, _) = try LabelSetWriter.write(
            values: values, successes: values, advantages: column("advantages", all.advantages),
            indicators: column("indicators", all.indicators), offsets: offsets,
            notes: LabelSetNotes(snapshot: snapshot, valueFunctions: [], thresholds: []),
            scratch: root.appending(path: "objects"), into: session.objects)
        return try publish(
            try session.objects.read(digest), kind: "label-set",
            stage: "label-with-value-function")
    }

    /// All episodes of an export, as ingest reads them.
    func read(_ summary: ExportSummary) throws -> [Episode] {
        var episodes: [Episode] = []
        for part in summary.parts {
            let url = URL(filePath: summary.folder).appending(path: part.path)
            let reader = try EpisodeFileFormats.open(url)
            for name in reader.episodeNames {
                switch reader.read(name) {
                case .accepted(let episode, _): episodes.append(episode)
                case .rejected(let rejection): Issue.record("\(rejection.description)")
                }
            }
        }
        return episodes
    }

    /// The bytes of an episode's labels in the only file of an export, by name.
    func labelArrays(of summary: ExportSummary, demo: Int) throws -> [String: [UInt8]] {
        let part = try #require(summary.parts.first)
        let url = URL(filePath: summary.folder).appending(path: part.path)
        let data = try #require(try HDF5File(readingFrom: url.path).root().group("data"))
        let labels = try #require(try data.group("demo_\(demo)"))
        var arrays: [String: [UInt8]] = [:]
        for link in try labels.links() {
            guard case .dataset(let dataset) = try labels.member(link.name) else { continue }
            arrays[link.name] = try dataset.read()
        }
        return arrays
    }
}
