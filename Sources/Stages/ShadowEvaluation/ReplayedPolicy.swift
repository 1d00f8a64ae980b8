import Batching
import Policies
import Releases

/// A released network, asked as robots ask it.
struct ReplayedPolicy: ChunkPolicy {
    private let policy: FlowPolicy
    /// What it is told to be, in production.
    let indicator: Indicator
    /// How far it is taken beyond what it is told to be; 1 is as it was recorded.
    private var guidance: Float = 1

    /// Reads verified weights.
    ///
    /// - Throws: `PolicyError` or `SafetensorsError` where they are no policy.
    init(weights: [UInt8], manifest: ReleaseManifest) throws {
        policy = try FlowPolicy(checkpoint: weights)
        // Only this conditioning trains the branch that an indicator selects.
        indicator = manifest.conditioning == "indicator" ? .positive : .absent
    }

    var configuration: PolicyConfiguration { policy.configuration }

    func chunks(for observations: ObservationBatch, noiseSeed: UInt64) throws -> [Float] {
        try policy.chunks(
            for: observations, indicator: indicator, noiseSeed: noiseSeed, guidance: guidance)
    }

    /// The same network as serve-policy runs it.
    func guided(by guidance: Float) -> Self {
        var policy = self
        policy.guidance = guidance
        return policy
    }
}
