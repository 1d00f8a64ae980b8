import Foundation
import Nightly
import StageCommands
import StageRuns

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a pipeline's stages in order, and skips what is done.",
        discussion: """
            Goes on where a killed run was; refuses to run beside another run of the same pipeline (75).

            Example:
              nightshift run pipelines/nightly.yaml --workspace /data/nightshift
            """)

    @OptionGroup var options: WorkspaceOptions
    @Argument(help: ArgumentHelp("The pipeline's file.", valueName: "pipeline.yaml"))
    var pipeline: String

    func run() async throws {
        let options = try options.resolved()
        let night = try Night(pipelineFile: URL(filePath: pipeline), options: options)
        try finish(try await night.run(), options)
    }
}

/// Prints what a run did, and ends the process as its stages ended.
func finish(_ result: NightResult, _ options: StageOptions) throws {
    try printResult(result, asJSON: options.json, text: \.lines)
    if let failure = result.failure { throw failure }
}
