import Foundation
import Nightly
import StageCommands
import StageRuns

struct PlateauCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plateau",
        abstract: "Says for each task whether more of the same episodes still helps.",
        discussion: """
            Takes what simulated robots found of past candidates against the episodes that they \
            learned from, or points of your own: one line each, for example
              {"task": "open the drawer", "episodes": 200, "evaluations": 100, "successes": 71}
            docs/diversity.md says how it is decided.

            Example:
              nightshift plateau --workspace /data/nightshift --points evaluations.jsonl
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(
        help: ArgumentHelp(
            "A file with points of learning curves.",
            discussion: "With it, a workspace is not needed, and only says what to collect.",
            valueName: "file"))
    var points: String?

    func run() throws {
        let isWorkspaceKnown =
            options.workspace != nil
            || ProcessInfo.processInfo.environment["NIGHTSHIFT_WORKSPACE"] != nil
        let resolved = points == nil || isWorkspaceKnown ? try options.resolvedExisting() : nil
        let report = try PlateauReport(
            points: points.map { URL(filePath: $0) }, options: resolved)
        try printResult(report, asJSON: options.json, text: \.lines)
    }
}
