import QualityFiltering
import StageCommands
import StageRuns

struct FilterByQuality: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter-by-quality",
        abstract:
            "Judges all accepted episodes by hard gates and writes a snapshot of those to learn from.",
        discussion: """
            Example:
              filter-by-quality --workspace /data/nightshift --config quality.yaml
            """)

    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try filterByQuality(options: $0) }
    }
}

runProgram(FilterByQuality.self)
