import StageRuns

/// Settings of ingest, under `ingest` in the configuration file.
package struct IngestConfiguration: StageConfiguration {
    /// What becomes of a file of the inbox whose episodes are in.
    package enum AfterIngest: String, Codable, Sendable { case keep, delete }

    /// Bytes of all arrays of one episode; a larger one is refused before it is read.
    package var episodeByteLimit = 4 << 30
    /// A shard is finished, and its episodes recorded, when it has this many bytes.
    package var shardByteLimit = 64 << 20
    /// A shard is finished, and its episodes recorded, when it has this many episodes.
    package var shardEpisodeLimit = 1000
    /// The longest time between two steps, in seconds.
    package var gapSeconds = 2.0
    /// An episode's largest action may be this many times the median of the others' in its file.
    package var actionMagnitudeRatio = 100.0
    /// A file is refused when one of its episodes takes longer to read than this many seconds.
    package var fileSecondsLimit = 600.0
    /// Bytes of address space that the process which parses files may have, and at most three quarters of the memory.
    package var memoryByteLimit = 8 << 30
    /// Import profiles, YAML files that describe other layouts; from the workspace, unless absolute.
    package var profiles: [String] = []
    /// `keep` moves an ingested file of the inbox to `inbox/.ingested`, `delete` removes it.
    package var afterIngest = AfterIngest.keep

    package init() {}

    /// Every limit that is no limit.
    package func problems() -> [String] {
        var problems: [String] = []
        for (key, value) in [
            ("episodeByteLimit", episodeByteLimit), ("shardByteLimit", shardByteLimit),
            ("shardEpisodeLimit", shardEpisodeLimit), ("memoryByteLimit", memoryByteLimit),
        ] where value < 1 {
            problems.append("\(key) is \(value), expected at least 1")
        }
        if !(gapSeconds > 0) { problems.append("gapSeconds is \(gapSeconds), expected above 0") }
        if !(fileSecondsLimit > 0) {
            problems.append("fileSecondsLimit is \(fileSecondsLimit), expected above 0")
        }
        if !(actionMagnitudeRatio > 1) {
            problems.append("actionMagnitudeRatio is \(actionMagnitudeRatio), expected above 1")
        }
        return problems
    }
}
