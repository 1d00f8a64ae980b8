import FineTuning
import StageCommands
import StageRuns

struct FineTune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fine-tune",
        abstract: "Trains a candidate policy on the labelled experience.",
        discussion: """
            Starts from the configured base, keeps checkpoints, and goes on after a kill to the same bytes.

            Example:
              fine-tune --workspace /data/nightshift --config fine-tune.yaml
            """)
    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try fineTune(options: $0) }
    }
}

runProgram(FineTune.self)
