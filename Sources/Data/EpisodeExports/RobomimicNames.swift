internal import Episodes

/// What an episode's arrays are called in robomimic's layout.
///
/// docs/export.md has the rules. Arrays that were recorded in that layout keep their names, so that they
/// are the same episode when they are ingested again.
struct RobomimicNames {
    /// Names that ingest takes for the clock and for corrections.
    private static let clocks = ["timestamps", "timestamp"]
    private static let corrections = ["interventions", "action_modes", "intervention"]

    private let metadata: EpisodeMetadata
    private let roles: [String: String]

    init(_ metadata: EpisodeMetadata) {
        self.metadata = metadata
        var roles = ["next.reward": "rewards", "next.done": "dones"]
        for component in metadata.embodiment.state {
            roles[component.array] = Self.observation(component.array)
        }
        if let clock = metadata.timestampArray, !Self.clocks.contains(clock) {
            roles[clock] = "timestamps"
        }
        if let flags = metadata.interventionArray, !Self.corrections.contains(flags) {
            roles[flags] = "interventions"
        }
        roles[metadata.actionArray] = "actions"
        self.roles = roles
    }

    /// The name below the episode's group of an array that is no camera's.
    func name(of array: String) -> String { roles[array] ?? array }

    /// The name below the episode's group of a camera's pictures.
    func name(of camera: Camera) -> String {
        camera.encoding == .raw && camera.array.hasPrefix("obs/")
            ? camera.array : Self.observation("obs/" + camera.name)
    }

    /// robomimic wants all that it observes directly below `obs`.
    private static func observation(_ array: String) -> String {
        "obs/" + EpisodeToExport.key(array)
    }
}
