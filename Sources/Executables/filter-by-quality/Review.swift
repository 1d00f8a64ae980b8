import Foundation
import QualityFiltering
import StageCommands
import StageRuns

/// Asks a person about outcomes that contradict their episodes, and keeps the answers.
struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract:
            "Lists outcomes that contradict their episodes, and keeps what a person says of them.",
        discussion: """
            An answer is a new record and changes no recording; the next snapshot carries the \
            outcome that holds, and labels are made anew from it.

            Example:
              filter-by-quality review --workspace /data/nightshift --list
              filter-by-quality review --workspace /data/nightshift --correct 3f2a9c01bd44
            """)

    @OptionGroup var options: StageOptionGroup
    @Flag(help: "Print suspect outcomes, the most doubtful first.") var list = false
    @Option(help: ArgumentHelp("The outcome is as recorded.", valueName: "episode"))
    var accept: String?
    @Option(help: ArgumentHelp("The outcome is the other one.", valueName: "episode"))
    var correct: String?
    @Option(help: "Who says so (default: the user's name).") var actor: String?

    func validate() throws {
        let chosen = [list, accept != nil, correct != nil].count { $0 }
        guard chosen == 1 else {
            throw ValidationError(
                "review was given \(chosen) of --list, --accept EPISODE and --correct EPISODE, "
                    + "expected one.")
        }
    }

    func run() throws {
        guard let episode = accept ?? correct else {
            return try runStage(options, text: lines) { try suspectOutcomes(options: $0) }
        }
        try runStage(options, text: { [$0.summary.headline] }) {
            try answer(
                accept == nil ? .correct : .accept, episode: episode,
                actor: actor ?? NSUserName(), options: $0)
        }
    }

    private func lines(_ suspects: [SuspectOutcome]) -> [String] {
        suspects.isEmpty
            ? ["no outcome contradicts its episode, by the newest labels"]
            : suspects.map { "\($0.episode.prefix(12)) \($0.reason)" }
    }
}
