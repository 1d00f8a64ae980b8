import EpisodeExports
import Foundation
import StageCommands
import StageRuns
import Storekeeping

extension EpisodeExportFormat: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a snapshot's episodes and labels as files that other trainers read.",
        discussion: """
            Values, advantages and indicators of each step go with the episodes, where the snapshot has
            been labelled. docs/export.md describes the files.

            Examples:
              nightshift export --format lerobot --out /data/for-the-large-policy
              nightshift export --format robomimic --snapshot 4f1a09c2be77 --out /data/export
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(help: "robomimic: HDF5, a file a robot. lerobot: datasets of version 3.0.")
    var format: EpisodeExportFormat
    @Option(help: ArgumentHelp("A folder that is not there yet.", valueName: "dir"))
    var out: String
    @Option(
        help: ArgumentHelp(
            "First digits of the snapshot's digest; the newest if not given.", valueName: "digest"))
    var snapshot: String?
    @Option(
        help: ArgumentHelp(
            "For lerobot: steps a second of robots whose control rate is not known.",
            valueName: "rate"))
    var fps: Double?

    func validate() throws {
        guard let fps, !(fps > 0 && fps <= 10_000) else { return }
        throw ValidationError("--fps is \(fps), expected a number above 0, at most 10000")
    }

    func run() throws {
        let options = try options.resolvedExisting()
        let summary = try SnapshotExport(
            format: format, folder: URL(filePath: out, directoryHint: .isDirectory),
            snapshot: snapshot, framesPerSecond: fps, options: options
        ).run()
        try printResult(summary, asJSON: options.json, text: \.lines)
    }
}
