import Catalogue
import Digests
import EpisodeStore
import Episodes

/// What has been read and is not recorded yet: one shard, and what belongs to it.
struct IngestBatch {
    /// An episode in the open shard.
    struct Pending {
        let frame: StoredFrame
        let metadata: EpisodeMetadata
        let interventionCount: Int
        let source: Digest
    }

    var episodes: [Pending] = []
    /// Digests of `episodes`.
    var digests: Set<Digest> = []
    var quarantined: [QuarantineRecord] = []
    var sources: [SourceFileRecord] = []
    /// Claimed files to dispose of once the batch is recorded.
    var finished: [(file: SourceFile, digest: Digest, isRefused: Bool)] = []

    /// How much is held.
    var rowCount: Int { episodes.count + quarantined.count + sources.count + finished.count }

    var isEmpty: Bool { rowCount == 0 }

    /// The rows of the episodes, now that their shard has a name.
    func records(shard: Digest, at time: String) -> [EpisodeRecord] {
        episodes.map { pending in
            EpisodeRecord(
                digest: pending.frame.digest, shard: shard, offset: pending.frame.offset,
                length: pending.frame.length, metadata: pending.metadata,
                interventionCount: pending.interventionCount, bytesIn: pending.frame.bytesIn,
                bytesStored: pending.frame.bytesStored, sourceFile: pending.source,
                ingestedAt: time)
        }
    }
}
