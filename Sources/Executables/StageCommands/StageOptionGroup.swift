import Foundation
package import StageRuns

/// The options that every executable takes.
package struct StageOptionGroup: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory that holds everything on disk.",
            discussion: "If it is not given, the environment variable NIGHTSHIFT_WORKSPACE is.",
            valueName: "dir"))
    package var workspace: String?

    @Option(help: ArgumentHelp("A YAML file with this stage's settings.", valueName: "file"))
    package var config: String?

    @Flag(help: "Print one JSON object on standard output; logs go to standard error.")
    package var json = false

    @Flag(help: "Work even if the same work has already succeeded.")
    package var force = false

    package init() {}

    /// The options as a stage takes them, with what the environment says.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if there is no workspace.
    package func resolved(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> StageOptions {
        StageOptions(
            workspace: try workspaceURL(environment: environment),
            configurationFile: config.map { URL(filePath: $0) },
            force: force, json: json,
            run: environment["NIGHTSHIFT_RUN"].nonEmpty,
            databaseURL: environment["NIGHTSHIFT_DATABASE"].nonEmpty)
    }

    private func workspaceURL(environment: [String: String]) throws -> URL {
        guard let path = workspace ?? environment["NIGHTSHIFT_WORKSPACE"].nonEmpty else {
            throw StageError.usage(
                "no workspace: neither --workspace nor NIGHTSHIFT_WORKSPACE is given",
                next: "Give --workspace DIR; a directory that does not exist yet is made.")
        }
        return URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    }
}

extension String? {
    /// The text, unless it is empty: an empty environment variable counts as unset.
    fileprivate var nonEmpty: String? {
        guard let self, !self.isEmpty else { return nil }
        return self
    }
}
