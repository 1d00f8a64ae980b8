import EpisodeStore
import Episodes

/// What became of one file's episodes.
struct FileTally {
    var accepted = 0
    var duplicates = 0
    var quarantined = 0
    private(set) var format: String?
    private(set) var labelled = 0
    private var successes = 0

    /// Counts a readable episode, whether or not it is new.
    mutating func see(_ metadata: EpisodeMetadata) {
        format = metadata.sourceFormat
        guard metadata.outcome != .unlabelled else { return }
        labelled += 1
        if metadata.outcome == .success { successes += 1 }
    }

    /// Whether there are so many successes and no failure that failures seem to have been dropped.
    var hasNoFailure: Bool { labelled >= 20 && successes == labelled }

    /// For people.
    var description: String {
        "\(accepted) new, \(duplicates) known, \(quarantined) refused"
    }
}

extension IngestSummary {
    /// Counts an accepted episode.
    mutating func add(_ metadata: EpisodeMetadata, _ frame: StoredFrame) {
        episodesAccepted += 1
        steps += metadata.stepCount
        bytesIn += frame.bytesIn
        bytesStored += frame.bytesStored
        outcomes[metadata.outcome.rawValue, default: 0] += 1
    }
}
