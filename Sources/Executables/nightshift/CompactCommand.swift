import Foundation
import StageCommands
import StageRuns
import Storekeeping

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract:
            "Erases what was withdrawn, puts small shards together, and frees what nobody needs.",
        discussion: """
            Nothing that an episode, a kept release or the newest output of a stage needs is touched. The
            settings are those of docs/storekeeping.md.

            Examples:
              nightshift compact --dry-run
              nightshift compact --config retention.yaml
            """)

    @OptionGroup var options: StageOptionGroup
    @Flag(help: "Only say what would be done.") var dryRun = false
    @Flag(help: "Also do what the limit maximumBytes asks for.") var apply = false

    func run() throws {
        let options = try options.resolved().existing()
        let compaction = try Compaction(options: options)
        let plan = try compaction.plan()
        if dryRun { return try printResult(plan, asJSON: options.json, text: \.lines) }
        if !options.json { plan.lines.forEach { print($0) } }
        let report = try compaction.run(appliesLimit: apply)
        try printResult(report, asJSON: options.json, text: \.summary.lines)
        guard report.summary.damaged.isEmpty else {
            throw StageError.inputRefused(
                "compacting: \(report.summary.damaged.count) episodes are damaged, and were left",
                next: "Run nightshift verify; docs/storekeeping.md says how to restore shards.")
        }
    }
}
