package import Batching
package import Digests
package import Policies
import Releases

/// A policy as it is served: verified weights, and what robots must send it.
package final class ServedPolicy: Sendable {
    /// The release's id, or the SHA-256 of bare weights.
    package let id: Digest
    /// How it was trained, where that is known.
    package let conditioning: String?
    package let indicator: Indicator
    package let guidance: Float
    package let temperature: Float
    package let policy: FlowPolicy
    let robots: [RobotLayout]
    /// The frame that greets a client.
    let greeting: [UInt8]

    init(
        id: Digest, weights: PolicyWeights, asking: Asking
    ) throws {
        self.id = id
        policy = try FlowPolicy(checkpoint: weights.bytes)
        conditioning = weights.conditioning
        // Only this conditioning trains the branch that an indicator selects.
        indicator = asking.indicator ?? (conditioning == "indicator" ? .positive : .absent)
        guidance = indicator == .absent ? 1 : asking.guidance
        temperature = asking.temperature
        var robots: [RobotLayout] = []
        for specification in policy.configuration.embodiments {
            robots.append(try RobotLayout(specification, manifest: weights.manifest))
        }
        self.robots = robots
        greeting = MessageEncoder.encode(
            .metadata(
                id: id, conditioning: conditioning, indicator: indicator, guidance: guidance,
                temperature: temperature,
                configuration: policy.configuration, robots: robots))
    }

    /// Draws the first chunk, so that no robot waits for buffers.
    func warmUp() throws {
        let configuration = policy.configuration
        let batch = ObservationBatch(count: 1, shape: configuration.observationShape)
        _ = try policy.chunks(
            for: batch, indicator: indicator, noiseSeed: 0, guidance: guidance)
    }
}

/// How a policy is asked, the same for every robot.
package struct Asking: Sendable {
    /// Nil for what the conditioning says: positive where it was trained with indicators.
    package let indicator: Indicator?
    /// Weight of the indicator's velocity; 1 follows it.
    package let guidance: Float

    /// What the noise that a chunk begins with is multiplied by: 1 draws chunks as they were
    /// learned, 0 always gives the same.
    package let temperature: Float

    package init(indicator: Indicator? = nil, guidance: Float = 1, temperature: Float = 1) {
        self.indicator = indicator
        self.guidance = guidance
        self.temperature = temperature
    }
}

extension Indicator {
    /// The word for it on the command line and in metadata.
    package var word: String {
        switch self {
        case .positive: "positive"
        case .negative: "negative"
        case .absent: "absent"
        }
    }

    /// The indicator that a word means.
    package init?(word: String) {
        guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = found
    }
}
