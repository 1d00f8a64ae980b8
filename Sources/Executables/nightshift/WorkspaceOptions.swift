import Foundation
import StageCommands
import StageRuns

/// The options of the commands that look, and have no settings.
struct WorkspaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory that holds everything on disk.",
            discussion: "If it is not given, the environment variable NIGHTSHIFT_WORKSPACE is.",
            valueName: "dir"))
    var workspace: String?

    @Flag(help: "Print one JSON object on standard output; logs go to standard error.")
    var json = false

    func resolved() throws -> StageOptions {
        var group = StageOptionGroup()
        group.workspace = workspace
        group.json = json
        group.config = nil
        group.force = false
        return try group.resolved()
    }
}
