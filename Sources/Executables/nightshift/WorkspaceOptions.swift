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

    /// The same for a command that only makes sense where something has been kept already.
    func resolvedExisting() throws -> StageOptions { try resolved().existing() }
}

extension StageOptions {
    /// These options, where their workspace is there: a mistyped one is not made, and found to be in order.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if it is not.
    func existing() throws -> StageOptions {
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: workspace.path, isDirectory: &isDirectory) else {
            throw noWorkspace("there is no such folder")
        }
        guard isDirectory.boolValue else { throw noWorkspace("it is a file, expected a folder") }
        let catalogue = workspace.appending(path: "catalogue.sqlite").path
        guard databaseURL != nil || files.fileExists(atPath: catalogue) else {
            throw noWorkspace("it has no catalogue.sqlite, expected the folder of a Nightshift")
        }
        return self
    }

    private func noWorkspace(_ found: String) -> StageError {
        .usage(
            "opening the workspace \(workspace.path): \(found)",
            next: "Check --workspace and NIGHTSHIFT_WORKSPACE; with PostgreSQL, also "
                + "NIGHTSHIFT_DATABASE. The first ingest or nightshift run makes a workspace.")
    }
}
