import QualityFiltering
import StageCommands
import StageRuns

struct FilterByQuality: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter-by-quality",
        abstract:
            "Judges all accepted episodes by gates and writes a snapshot of those to learn from.",
        discussion: """
            Example:
              filter-by-quality --workspace /data/nightshift --config quality.yaml
            """,
        subcommands: [Judge.self, Review.self, AuditCommand.self], defaultSubcommand: Judge.self)
}

/// The stage itself.
struct Judge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Judges all episodes; what happens without a subcommand.")

    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try filterByQuality(options: $0) }
    }
}

runProgram(FilterByQuality.self, multipliesMatrices: true)
