import Catalogue
import Foundation
import StageCommands
import StageRuns
import Storekeeping

struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract:
            "Takes episodes out of the experience for good, and lists who has learned from them.",
        discussion: """
            No later snapshot has them, ingest refuses them, and their bytes go at the next compaction.
            Conditions must all hold. With conditions nothing is changed unless --yes is given.

            Examples:
              nightshift withdraw 4f1a09c2be77 --reason "the household asked"
              nightshift withdraw --site kitchen-3 --from 2026-11-01 --reason "the household asked"
              nightshift withdraw --site kitchen-3 --from 2026-11-01 --reason "the household asked" --yes
            """)

    @OptionGroup var options: WorkspaceOptions
    @Argument(help: "Digests of episodes, at least eight digits of each.") var episodes: [String] =
        []
    @Option(help: "Why; it is kept.") var reason: String
    @Option(help: "Episodes of this robot.") var robot: String?
    @Option(help: "Episodes of this site.") var site: String?
    @Option(help: "Episodes of this operator.") var `operator`: String?
    @Option(help: "Episodes of this task, in its words.") var task: String?
    @Option(help: ArgumentHelp("Not before this day.", valueName: "yyyy-mm-dd")) var from: String?
    @Option(help: ArgumentHelp("Not after this day.", valueName: "yyyy-mm-dd")) var to: String?
    @Flag(help: "Withdraw what the conditions say.") var yes = false
    @Flag(help: "Only say what would be withdrawn.") var dryRun = false

    func validate() throws {
        if !episodes.isEmpty, !selection.isEmpty {
            throw ValidationError("give either episodes or conditions, not both")
        }
        for (name, day) in [("--from", from), ("--to", to)] {
            guard let day else { continue }
            guard day.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil else {
                throw ValidationError("\(name) is '\(day)', expected a day such as 2026-11-23")
            }
        }
        if yes, dryRun { throw ValidationError("give either --yes or --dry-run, not both") }
    }

    func run() throws {
        let options = try options.resolvedExisting()
        let withdrawal = try Withdrawal(
            options: options,
            choice: episodes.isEmpty ? .matching(selection) : .named(episodes), reason: reason)
        let isDry = dryRun || (episodes.isEmpty && !yes)
        let result = try withdrawal.run(dryRun: isDry, actor: NSUserName())
        try printResult(result, asJSON: options.json, text: \.lines)
        if isDry, !dryRun, !result.episodes.isEmpty, !options.json {
            print("Give --yes to withdraw them.")
        }
    }

    private var selection: EpisodeSelection {
        EpisodeSelection(
            robot: robot, site: site, operatorName: `operator`, instruction: task, from: from,
            to: to)
    }
}
