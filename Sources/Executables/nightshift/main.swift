import StageRuns
import StageCommands

struct Nightshift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightshift",
        abstract: "Runs the night: the stages of a pipeline, one after the other.",
        discussion: """
            Examples:
              nightshift run pipelines/nightly.yaml      do tonight's work; run it again, it does nothing
              nightshift status                          the last runs, the channels, who is at work
              nightshift report                          what the latest run has to say
              nightshift plateau                         whether more of the same episodes still helps
              nightshift rerun fine-tune                 a new attempt of one stage; moves no channel
              nightshift verify                          whether everything is there and undamaged
              nightshift export --format lerobot --out DIR   episodes and labels for other trainers
            """,
        version: "nightshift \(programVersion)",
        subcommands: [
            RunCommand.self, StatusCommand.self, RerunCommand.self, ReportCommand.self,
            PlateauCommand.self,
            VerifyCommand.self, WithdrawCommand.self, CompactCommand.self, CostsCommand.self,
            ExportCommand.self,
        ])
}

await runAsynchronousProgram(Nightshift.self)
