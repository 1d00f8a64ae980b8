import Catalogue
package import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

/// What a compaction is about to do.
package struct CompactionPlan: Codable, Equatable, Sendable {
    /// Shards that hold withdrawn episodes, or little else than gaps.
    package var gappyShards: [Digest] = []
    /// Shards so small that they are put together.
    package var smallShards: [Digest] = []
    /// Bytes of episodes that are copied.
    package var bytesToCopy = 0
    /// Bytes that withdrawn episodes still take.
    package var withdrawnBytes = 0
    /// Attempts whose outputs are kept no longer, the oldest first.
    package var attempts: [String] = []
    /// Releases that are kept no longer, the oldest first.
    package var releases: [String] = []
    /// Bytes of objects that nothing refers to then.
    package var objectBytes = 0
    /// Bytes in objects, shards and releases now.
    package var storedBytes = 0
    /// Bytes above `maximumBytes` once all this is done.
    package var bytesOverLimit = 0
    /// What else would have to go for that, and goes with `--apply`.
    package var forTheLimit = ForTheLimit()

    /// What a limit on bytes costs.
    package struct ForTheLimit: Codable, Equatable, Sendable {
        package var attempts: [String] = []
        package var attemptBytes = 0
        package var episodes: [Digest] = []
        package var episodeBytes = 0
        /// Days of ingest of the first and the last of these episodes.
        package var from: String?
        package var to: String?

        private enum CodingKeys: String, CodingKey {
            case attempts, episodes, from, to
            case attemptBytes = "attempt_bytes"
            case episodeBytes = "episode_bytes"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case attempts, releases
        case gappyShards = "gappy_shards"
        case smallShards = "small_shards"
        case bytesToCopy = "bytes_to_copy"
        case withdrawnBytes = "withdrawn_bytes"
        case objectBytes = "object_bytes"
        case storedBytes = "stored_bytes"
        case bytesOverLimit = "bytes_over_limit"
        case forTheLimit = "for_the_limit"
    }

    /// The plan as a person reads it.
    package var lines: [String] {
        var lines = [
            "\(size(storedBytes)) are stored.",
            "\(gappyShards.count) shards with gaps and \(smallShards.count) small ones are "
                + "rewritten: \(size(bytesToCopy)) of episodes are copied, \(size(withdrawnBytes)) "
                + "were withdrawn and go.",
            "Outputs of \(attempts.count) attempts and \(releases.count) releases are kept no "
                + "longer: \(size(objectBytes)).",
        ]
        guard bytesOverLimit > 0 else { return lines }
        lines.append("\(size(bytesOverLimit)) more than maximumBytes remain.")
        let limit = forTheLimit
        if !limit.attempts.isEmpty {
            lines.append(
                "With --apply the outputs of \(limit.attempts.count) younger attempts go too: "
                    + "\(size(limit.attemptBytes)).")
        }
        if let from = limit.from, let to = limit.to {
            lines.append(
                "With --apply the oldest \(limit.episodes.count) episodes are withdrawn, ingested "
                    + "\(from) to \(to): \(size(limit.episodeBytes)).")
        }
        if limit.attemptBytes + limit.episodeBytes < bytesOverLimit {
            lines.append(
                "That is not enough: withdraw episodes (or set oldestEpisodesGo), or raise "
                    + "maximumBytes.")
        }
        return lines
    }
}
