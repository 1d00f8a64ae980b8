import StageRuns

/// What `nightshift compact` keeps, and for how long; episodes are kept for ever unless told otherwise.
package struct RetentionConfiguration: StageConfiguration {
    /// What nothing refers to any more is kept for this many hours: no stage may run for longer.
    package var graceHours = 48.0
    /// A rewritten shard has about this many bytes.
    package var shardByteLimit = 64 << 20
    /// Shards below this many bytes are put together.
    package var smallShardBytes = 8 << 20
    /// Outputs of stages that no kept release was made from, and releases that were never in a
    /// channel, are kept for this many days; the newest output of each stage is always kept.
    package var keepArtefactDays = 30.0
    /// Checkpoints of interrupted stages are kept for this many days after their last change.
    package var keepScratchDays = 7.0
    /// Releases that were in a channel are kept for this many days after their last move.
    ///
    /// 0 is for ever. What a channel points to, pinned releases and the way back are always kept.
    package var keepPromotedReleaseDays = 0.0
    /// More bytes than this in objects, shards and releases are too many; 0 is no limit.
    package var maximumBytes = 0
    /// Whether the oldest episodes go where nothing else brings the store below `maximumBytes`.
    package var oldestEpisodesGo = false

    package init() {}

    /// Every value that makes no sense.
    package func problems() -> [String] {
        var problems: [String] = []
        for (key, value) in [
            ("graceHours", graceHours), ("keepArtefactDays", keepArtefactDays),
            ("keepScratchDays", keepScratchDays),
            ("keepPromotedReleaseDays", keepPromotedReleaseDays),
        ] where !(value >= 0 && value < 1e6) {
            problems.append("\(key) is \(value), expected 0 or more")
        }
        if shardByteLimit < 1 {
            problems.append("shardByteLimit is \(shardByteLimit), expected at least 1")
        }
        if smallShardBytes < 0 || smallShardBytes > shardByteLimit {
            problems.append(
                "smallShardBytes is \(smallShardBytes), expected 0 to shardByteLimit, which is "
                    + "\(shardByteLimit)")
        }
        if maximumBytes < 0 {
            problems.append("maximumBytes is \(maximumBytes), expected 0 or more")
        }
        if oldestEpisodesGo, maximumBytes == 0 {
            problems.append("oldestEpisodesGo is true, and there is no maximumBytes")
        }
        return problems
    }
}
