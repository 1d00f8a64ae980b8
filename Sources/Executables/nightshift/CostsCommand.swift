import StageCommands
import StageRuns
import Storekeeping

struct CostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "costs",
        abstract:
            "Says what experience takes by task, site, robot and night, and what keeping it costs.",
        discussion: """
            Example:
              nightshift costs --price 0.023
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(
        help: ArgumentHelp(
            "What keeping a gigabyte (10^9 bytes) for a month costs.", valueName: "price"))
    var price = 0.02

    func run() throws {
        let options = try options.resolvedExisting()
        let costs = try StorageCosts(options: options, pricePerGigabyteMonth: price)
        try printResult(costs, asJSON: options.json, text: \.lines)
    }
}
