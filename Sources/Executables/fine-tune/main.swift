import FineTuning
import StageCommands
import StageRuns

struct FineTune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fine-tune",
        abstract: "Trains a candidate policy on the labelled experience.",
        discussion: """
            Starts from the base, keeps checkpoints, and goes on after a kill to the same bytes. With
            --from-scratch it makes the base: the signed release that every later fine-tune starts from.

            Example:
              fine-tune --workspace /data/nightshift --config fine-tune.yaml
              fine-tune --workspace /data/nightshift --config base.yaml --from-scratch
            """)
    @OptionGroup var options: StageOptionGroup

    @Flag(help: "Train a new base on all experience, sign it, and point the channel base to it.")
    var fromScratch = false

    func run() throws {
        try runStage(options, text: \.summary.lines) {
            try fineTune(options: $0, fromScratch: fromScratch)
        }
    }
}

runProgram(FineTune.self, multipliesMatrices: true)
