import Nightly
import StageCommands
import StageRuns

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the last runs, the channels, counts, the inbox, and who is at work.",
        discussion: """
            Example:
              nightshift status --runs 30
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(help: "How many runs to show.") var runs = 10

    func validate() throws {
        guard runs > 0 else {
            throw ValidationError("--runs is \(runs), expected a number above 0")
        }
    }

    func run() throws {
        let options = try options.resolved()
        let status = try NightStatus(options: options, runLimit: runs)
        try printResult(status, asJSON: options.json, text: \.lines)
    }
}
