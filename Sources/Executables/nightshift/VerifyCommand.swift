import Foundation
import StageCommands
import StageRuns
import Storekeeping

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that everything the catalogue names is there and undamaged.",
        discussion: """
            Reads every shard, episode, object and release, or a sample, and names what is missing or
            damaged, and what nothing refers to. Exits with 65 if anything is wrong.

            Examples:
              nightshift verify
              nightshift verify --sample 0.05      a twentieth of the content, another one each day
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(help: ArgumentHelp("Share of the content to read, above 0.", valueName: "share"))
    var sample = 1.0
    @Option(help: "Decides which share is read; the day if not given.") var seed: UInt64?
    @Option(help: "Threads; one a core if not given.") var workers: Int?

    func run() throws {
        let options = try options.resolvedExisting()
        let day = UInt64(max(0, Date().timeIntervalSince1970 / 86_400))
        let report = try StoreVerification(
            options: options, sample: sample, seed: seed ?? day, workers: workers
        ).run()
        try printResult(report, asJSON: options.json, text: \.lines)
        guard report.isClean else {
            throw StageError.inputRefused(
                "verifying \(options.workspace.path): \(report.problemCount) problems",
                next: "docs/storekeeping.md says what to do about each kind of problem.")
        }
    }
}
