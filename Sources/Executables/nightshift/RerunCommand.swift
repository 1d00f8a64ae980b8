import Nightly
import StageCommands

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Makes a new attempt of one stage, with the settings of an earlier run.",
        discussion: """
            Works although the stage has succeeded before. Moves no channel, unless --promote is given.

            Examples:
              nightshift rerun label-with-value-function
              nightshift rerun fine-tune --run 2026-03-02-020000 --promote
            """)

    @OptionGroup var options: WorkspaceOptions
    @Argument(help: "The stage, for example fine-tune.") var stage: String
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The run whose settings to use; the newest with the stage if not given.",
            valueName: "run"))
    var origin: String?
    @Flag(help: "Then run promote, which may move a channel.") var promote = false

    func run() async throws {
        let options = try options.resolvedExisting()
        let rerun = try StageRerun(
            stage: stage, origin: origin, movesChannels: promote, options: options)
        try finish(try await rerun.run(), options)
    }
}
