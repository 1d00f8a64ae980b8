import Diversity
import Episodes

/// How diverse the last night was beside all nights before it; the object `diversity` of report.json.
///
/// docs/diversity.md says what each number means.
struct DiversityFigures: Codable, Sendable, Equatable {
    struct Vendi: Codable, Sendable, Equatable {
        var tonight: Double?
        var corpus: Double?
        /// Episodes that each score is of.
        var episodes: Int
        /// What 100 of tonight's add in the place of 100 of the corpus's.
        var gain_per_100: Double?
    }

    struct Coverage: Codable, Sendable, Equatable {
        var cells: Int
        var hit: Int
        var hit_before: Int
    }

    struct Newness: Codable, Sendable, Equatable {
        var median_percentile: Double
        var share_above_95: Double
        /// Those farthest out, the farthest first; at most five.
        var most: [Novel] = []
    }

    /// How far out one of tonight's episodes is.
    struct Novel: Codable, Sendable, Equatable {
        var episode: String
        var percentile: Double
    }

    struct Effective: Codable, Sendable, Equatable {
        var factor: String
        var number: Double
        var simpson: Double
        var of: Int
    }

    /// What the seven nights up to the last added to all before them, as shares.
    struct Growth: Codable, Sendable, Equatable {
        var vendi: Double?
        var coverage: Double?
        /// Median novelty of the week's episodes among those before it.
        var novelty: Double?
    }

    struct TaskLine: Codable, Sendable, Equatable {
        var task: String
        var new = 0
        var total = 0
        var vendi: Double?
        var novelty: Double?
        /// How much states tell of actions, in nats.
        var information: Double?
        /// Of tonight.
        var successes = 0
        var failures = 0
        /// Of the last seven nights; nil with too few episodes.
        var growth: Growth?
    }

    struct DriftLine: Codable, Sendable, Equatable {
        var measure: String
        var slice: String
        var divergence: Double
        var null_99: Double
        var alarm: Bool
    }

    var embedding = "\(EpisodeEmbedding.name), \(EpisodeEmbedding.width) numbers"
    /// The last night's name.
    var night: String
    var episodes_tonight: Int
    var episodes_before: Int
    var vendi: Vendi
    var coverage: Coverage?
    var novelty: Newness?
    var effective: [Effective]
    /// Share of tonight's episodes that have a near-duplicate.
    var redundancy: Double?
    var tasks: [TaskLine]
    var drift: [DriftLine]
}
