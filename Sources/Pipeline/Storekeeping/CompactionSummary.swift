/// What a compaction did.
package struct CompactionSummary: Codable, Equatable, Sendable {
    package var shardsRewritten = 0
    package var shardsWritten = 0
    package var episodesMoved = 0
    package var bytesCopied = 0
    /// Episodes withdrawn because of `maximumBytes`.
    package var episodesWithdrawn = 0
    /// Withdrawn episodes whose bytes are gone now.
    package var episodesErased = 0
    /// Withdrawn episodes whose bytes stay until nobody reads them.
    package var episodesWaiting = 0
    package var attemptsFreed = 0
    package var releasesFreed = 0
    package var objectsRemoved = 0
    package var shardsRemoved = 0
    package var recordingsRemoved = 0
    /// Unfinished files and folders of interrupted stages.
    package var scratchRemoved = 0
    package var bytesRemoved = 0
    /// Frames that are damaged, and were left where they are.
    package var damaged: [String] = []

    private enum CodingKeys: String, CodingKey {
        case damaged
        case shardsRewritten = "shards_rewritten"
        case shardsWritten = "shards_written"
        case episodesMoved = "episodes_moved"
        case bytesCopied = "bytes_copied"
        case episodesWithdrawn = "episodes_withdrawn"
        case episodesErased = "episodes_erased"
        case episodesWaiting = "episodes_waiting"
        case attemptsFreed = "attempts_freed"
        case releasesFreed = "releases_freed"
        case objectsRemoved = "objects_removed"
        case shardsRemoved = "shards_removed"
        case recordingsRemoved = "recordings_removed"
        case scratchRemoved = "scratch_removed"
        case bytesRemoved = "bytes_removed"
    }

    /// The summary as a person reads it.
    package var lines: [String] {
        var lines = [
            "\(shardsRewritten) shards were rewritten as \(shardsWritten): \(episodesMoved) episodes, "
                + "\(size(bytesCopied)).",
            "\(size(bytesRemoved)) were freed: \(shardsRemoved) shards, \(objectsRemoved) objects, "
                + "\(releasesFreed) releases, \(scratchRemoved) unfinished files and folders.",
        ]
        if episodesWithdrawn > 0 {
            lines.append(
                "The oldest \(episodesWithdrawn) episodes were withdrawn for maximumBytes.")
        }
        if episodesErased > 0 {
            lines.append(
                "\(episodesErased) withdrawn episodes are erased, and \(recordingsRemoved) "
                    + "recordings that held them.")
        }
        if episodesWaiting > 0 {
            lines.append(
                "\(episodesWaiting) withdrawn episodes are out of use, and their bytes are still "
                    + "there: a stage that may read them is at work. Run nightshift compact later.")
        }
        return lines + damaged.map { "damaged, left where it is: \($0)" }
    }
}
