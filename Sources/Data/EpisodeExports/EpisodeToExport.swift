package import Episodes

/// One episode of a snapshot with what Nightshift has found out about it.
package struct EpisodeToExport: Sendable {
    /// What the value function says of each step.
    package struct Labels: Sendable, Equatable {
        /// In [-1, 0].
        package let values: [Float]
        package let advantages: [Float]
        /// 1, 0, or -1 for absent.
        package let indicators: [Int8]

        package init(values: [Float], advantages: [Float], indicators: [Int8]) {
            self.values = values
            self.advantages = advantages
            self.indicators = indicators
        }
    }

    package let episode: Episode
    /// Digits of its digest.
    package let digest: String
    /// How often it is drawn compared with others; 1 is usual.
    package let weight: Double
    /// Whether its steps may never count as better than expected.
    package let isNeverPositive: Bool
    /// Nil where the snapshot has no label set.
    package let labels: Labels?

    package init(
        episode: Episode, digest: String, weight: Double, isNeverPositive: Bool, labels: Labels?
    ) {
        self.episode = episode
        self.digest = digest
        self.weight = weight
        self.isNeverPositive = isNeverPositive
        self.labels = labels
    }

    var metadata: EpisodeMetadata { episode.metadata }

    /// What messages call it.
    var name: String { "episode \(digest.prefix(12)) (\(metadata.sourceEpisode))" }

    /// What a robot calls an array of its state: `obs/arm` and `observation.arm` are both `arm`.
    static func key(_ array: String) -> String {
        for prefix in ["obs/", "observations/", "observation/", "observation."]
        where array.hasPrefix(prefix) {
            return String(array.dropFirst(prefix.count)).replacing("/", with: "_")
        }
        return array.replacing("/", with: "_")
    }
}

extension EpisodeToExport.Labels {
    /// The labels, one row a step, under names that begin with `prefix`.
    func arrays(prefix: String) -> [EpisodeArray] {
        [
            EpisodeArray(name: prefix + "value", values, .float32),
            EpisodeArray(name: prefix + "advantage", advantages, .float32),
            EpisodeArray(name: prefix + "indicator", indicators, .int8),
        ]
    }
}

extension EpisodeArray {
    /// One number a step.
    ///
    /// - Precondition: the numbers are of that type.
    init<Number: BitwiseCopyable>(name: String, _ numbers: [Number], _ type: ElementType) {
        self.init(
            name: name, elementType: type, shape: [numbers.count],
            bytes: numbers.withUnsafeBytes { Array($0) })
    }

    /// The same values under another name.
    func renamed(_ name: String) -> EpisodeArray {
        EpisodeArray(name: name, elementType: elementType, shape: shape, bytes: bytes)
    }
}
