import StageCommands
import StageRuns
import ValueLabelling

struct LabelWithValueFunction: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label-with-value-function",
        abstract: "Labels every step of the snapshot with value, advantage and indicator.",
        discussion: """
            Fits value functions out of fold, and refuses to label (exit code 65) where they cannot tell
            successes from failures on episodes that they never saw.

            Example:
              label-with-value-function --workspace /data/nightshift
            """)
    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try labelWithValueFunction(options: $0) }
    }
}

runProgram(LabelWithValueFunction.self, multipliesMatrices: true)
