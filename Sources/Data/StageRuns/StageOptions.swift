package import Foundation

/// What every stage is told by its caller, whatever its own settings are.
package struct StageOptions: Equatable, Sendable {
    /// The directory that holds everything on disk.
    package let workspace: URL
    /// A YAML file with the stage's settings; nil stands for the documented defaults.
    package let configurationFile: URL?
    /// Whether to work even where the same key has succeeded.
    package let force: Bool
    /// Whether the result goes to standard output as one JSON object.
    package let json: Bool
    /// The run that the attempt belongs to; nil for a stage that a person runs by hand.
    package let run: String?
    /// Where the catalogue is, if not in the workspace: `postgresql://…`.
    package let databaseURL: String?

    /// Makes options from values.
    package init(
        workspace: URL, configurationFile: URL? = nil, force: Bool = false, json: Bool = false,
        run: String? = nil, databaseURL: String? = nil
    ) {
        self.workspace = workspace
        self.configurationFile = configurationFile
        self.force = force
        self.json = json
        self.run = run
        self.databaseURL = databaseURL
    }
}
