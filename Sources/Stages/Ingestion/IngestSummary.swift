/// What one ingest did: files_in = files_accepted + files_duplicate + files_quarantined + files_left, and
/// episodes_in = episodes_accepted + episodes_duplicate + episodes_quarantined.
package struct IngestSummary: Codable, Equatable, Sendable {
    /// Files that were looked at.
    package var filesIn = 0
    /// Files of which an episode went in, or was known.
    package var filesAccepted = 0
    /// Files whose very bytes had been ingested before.
    package var filesDuplicate = 0
    /// Files that could not be read at all, or of which every episode was refused.
    package var filesQuarantined = 0
    /// Files that somebody is still writing.
    package var filesLeft = 0
    package var episodesIn = 0
    package var episodesAccepted = 0
    package var episodesDuplicate = 0
    /// Episodes that were refused, in files that could be read.
    package var episodesQuarantined = 0
    /// Steps of accepted episodes.
    package var steps = 0
    /// Bytes of the arrays of accepted episodes.
    package var bytesIn = 0
    /// Bytes that these take in shards.
    package var bytesStored = 0
    /// Number of warnings.
    package var warnings = 0
    /// Refused files and episodes by reason code.
    package var reasons: [String: Int] = [:]
    /// Accepted episodes by outcome.
    package var outcomes: [String: Int] = [:]

    private enum CodingKeys: String, CodingKey {
        case filesIn = "files_in"
        case filesAccepted = "files_accepted"
        case filesDuplicate = "files_duplicate"
        case filesQuarantined = "files_quarantined"
        case filesLeft = "files_left"
        case episodesIn = "episodes_in"
        case episodesAccepted = "episodes_accepted"
        case episodesDuplicate = "episodes_duplicate"
        case episodesQuarantined = "episodes_quarantined"
        case steps
        case bytesIn = "bytes_in"
        case bytesStored = "bytes_stored"
        case warnings
        case reasons, outcomes
    }

    package init() {}

    /// Of an ingest that had nothing to do.
    init(warnings: Int) { self.warnings = warnings }

    /// One line for people.
    package var headline: String {
        "\(episodesAccepted) of \(episodesIn) episodes are new (\(steps) steps); "
            + "\(episodesDuplicate) known, \(episodesQuarantined) refused; "
            + "\(filesQuarantined) of \(filesIn) files refused"
    }
}
