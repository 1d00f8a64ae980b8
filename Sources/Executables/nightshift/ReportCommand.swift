import Nightly
import StageCommands
import StageRuns

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Prints a run's report, and where its page for a browser is.",
        discussion: """
            Example:
              nightshift report 2026-03-02-020000
            """)

    @OptionGroup var options: WorkspaceOptions
    @Argument(help: "The run; the latest that ended if not given.") var named: String?

    func run() throws {
        let options = try options.resolved()
        let page = try RunPage(run: named, options: options)
        try printResult(page, asJSON: options.json, text: \.lines)
    }
}
