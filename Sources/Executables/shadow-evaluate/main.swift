import ShadowEvaluation
import StageCommands
import StageRuns

struct ShadowEvaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow-evaluate",
        abstract: "Compares the newest candidate with production, on recorded experience.",
        discussion: """
            Replays held-out episodes through both policies, and says pass, fail or undecided, with reasons.

            Example:
              shadow-evaluate --workspace /data/nightshift
            """)
    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try shadowEvaluate(options: $0) }
    }
}

runProgram(ShadowEvaluate.self, multipliesMatrices: true)
