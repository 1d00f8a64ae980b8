import Episodes
import Policies
import Releases

/// What one kind of robot sends, in the policy's columns.
struct RobotLayout: Sendable {
    let specification: EmbodimentSpecification
    /// Parts of the state in the columns' order; nil where neither weights nor manifest name them,
    /// so that only the whole state can be sent.
    let observations: [EmbodimentSpecification.Observation]?

    /// The layout that the weights name, or else the release's manifest.
    ///
    /// - Throws: ``ServingError`` if the parts do not add up to the state.
    init(
        _ specification: EmbodimentSpecification, manifest: ReleaseManifest?
    ) throws(ServingError) {
        self.specification = specification
        let robot = manifest?.policy.embodiments.first { $0.name == specification.name }
        observations =
            specification.observations
            ?? robot?.state.map { .init(key: $0.key, width: $0.width) }
        guard let observations else { return }
        // One at a time, so that no sum overflows: weights may come from anybody.
        var left = specification.stateWidth
        for observation in observations {
            guard observation.width > 0, observation.width <= left else {
                throw Self.mismatch(specification)
            }
            left -= observation.width
        }
        guard left == 0, Set(observations.map(\.key)).count == observations.count else {
            throw Self.mismatch(specification)
        }
    }

    private static func mismatch(_ specification: EmbodimentSpecification) -> ServingError {
        ServingError(
            .policyUnusable,
            "loading a policy: the observations of '\(specification.name)' do not add up to its "
                + "\(specification.stateWidth) state columns, or two have the same name; train "
                + "the policy anew")
    }

    /// One name a state column, such as `hand_position[2]`.
    var stateNames: [String] {
        parts.flatMap { part in (0..<part.width).map { "\(part.key)[\($0)]" } }
    }

    /// The parts, or the whole.
    var parts: [EmbodimentSpecification.Observation] {
        observations ?? [.init(key: RequestKey.state, width: specification.stateWidth)]
    }
}

/// Keys of a request that are not names of observations.
enum RequestKey {
    static let state = "state", prompt = "prompt", embodiment = "embodiment", seed = "seed"
}
