package import Digests
package import EpisodeExports
import EpisodeStore
package import Foundation
package import StageRuns

/// Writes a snapshot's episodes, with their labels where it has any, as files that other programs read.
///
/// Everything is written beside the place that was asked for, and gets its name at the end: there is
/// the whole export, or none. docs/export.md describes the files.
package struct SnapshotExport {
    private let source: ExportSource
    private let format: EpisodeExportFormat
    private let folder: URL
    private let framesPerSecond: Double?

    /// Prepares an export into `folder`, which must not be there.
    ///
    /// `snapshot` are the first digits of its digest, or nil for the newest; `framesPerSecond` is that
    /// of robots whose control rate is not known.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors.
    package init(
        format: EpisodeExportFormat, folder: URL, snapshot: String? = nil,
        framesPerSecond: Double? = nil, options: StageOptions
    ) throws {
        guard format.isSupported else {
            throw StageError.unavailable(
                "exporting as \(format.rawValue): this program was built without LeRobot support",
                next: "Run scripts/setup, then scripts/build, or give --format robomimic.")
        }
        // Also a link that leads nowhere is something that is not to be replaced.
        let isThere = (try? folder.resourceValues(forKeys: [.isSymbolicLinkKey])) != nil
        guard !isThere, !FileManager.default.fileExists(atPath: folder.path) else {
            throw StageError.usage(
                "exporting to \(folder.path): it is there already, and nothing is overwritten",
                next: "Name another folder with --out, or remove this one.")
        }
        self.format = format
        self.folder = folder
        self.framesPerSecond = framesPerSecond
        source = try ExportSource(snapshot, StageSession(options: options))
    }

    /// Writes it.
    ///
    /// - Throws: ``StageError``, or errors of the store, the catalogue and the writers; nothing is
    ///   left behind then.
    package func run() throws -> ExportSummary {
        let temporary = DurableFile.temporaryURL(beside: folder)
        try makeFolder(temporary)
        do {
            let parts = try write(into: temporary)
            try DurableFile.move(folder: temporary, to: folder)
            return ExportSummary(
                format: format.rawValue, folder: folder.path, snapshot: source.snapshot,
                labelSet: source.labelSet, parts: parts)
        } catch {
            try? FileManager.default.removeItem(at: temporary)  // the first error matters
            throw (error as? ExportError).map(StageError.init) ?? error
        }
    }

    private func write(into temporary: URL) throws -> [ExportedPart] {
        let export = try format.makeExport(
            into: temporary,
            origin: ExportOrigin(
                snapshot: source.snapshot.hex, labelSet: source.labelSet?.hex,
                framesPerSecond: framesPerSecond))
        try source.forEach { item in
            try StopRequest.check(during: "exporting episodes")
            try export.add(item)
        }
        return try export.finish()
    }

    private func makeFolder(_ url: URL) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw StageError.usage(
                "exporting to \(folder.path): no folder can be made there: "
                    + error.localizedDescription,
                next: "Name a folder with --out that this user may write to.")
        }
    }
}

/// What was written out.
package struct ExportSummary: Encodable, Sendable, Equatable {
    package let format: String
    package let folder: String
    package let snapshot: Digest
    /// Nil where the snapshot has no labels.
    package let labelSet: Digest?
    /// Files, or datasets.
    package let parts: [ExportedPart]

    private enum CodingKeys: String, CodingKey {
        case format, folder, snapshot, parts, episodes, steps
        case labelSet = "label_set"
    }

    package var episodes: Int { parts.reduce(0) { $0 + $1.episodes } }
    package var steps: Int { parts.reduce(0) { $0 + $1.steps } }

    /// Writes null where there are no labels, so that the keys are always the same.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(format, forKey: .format)
        try container.encode(folder, forKey: .folder)
        try container.encode(snapshot, forKey: .snapshot)
        try container.encode(labelSet, forKey: .labelSet)
        try container.encode(episodes, forKey: .episodes)
        try container.encode(steps, forKey: .steps)
        try container.encode(parts, forKey: .parts)
    }

    /// The export as a person reads of it.
    package var lines: [String] {
        let labels = labelSet.map { "the labels \($0.short)" } ?? "no labels: it has none yet"
        var lines = [
            "Exported \(episodes) episodes, \(steps) steps of the snapshot \(snapshot.short), "
                + "with \(labels), to \(folder)."
        ]
        for part in parts {
            lines.append("  \(part.path): \(part.episodes) episodes, \(part.steps) steps")
            if !part.leftOut.isEmpty {
                lines.append(
                    "    left out, because \(format) has no place for them: "
                        + part.leftOut.sorted().joined(separator: ", "))
            }
        }
        return lines
    }
}

extension StageError {
    /// An episode that cannot be written, as an executable ends with it.
    init(_ error: ExportError) {
        switch error.code {
        case .supportMissing: self = .unavailable(error.description, next: error.next)
        case .controlRateMissing: self = .usage(error.description, next: error.next)
        default: self = .inputRefused(error.description, next: error.next)
        }
    }
}
