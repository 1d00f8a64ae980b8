import Catalogue
import Digests
import EpisodeStore
import Foundation
import StageRuns

extension Compaction {
    /// A shard that is being written, and what will be said about its episodes.
    private struct OpenShard {
        let copier: ShardCopier
        var moves: [(from: FramePlace, offset: Int)] = []
        var sources: Set<Digest> = []
    }

    /// Copies what is needed of the plan's shards into new ones.
    func rewrite(
        _ plan: CompactionPlan, _ run: StageRun, _ summary: inout CompactionSummary
    ) throws {
        var open: OpenShard?
        let shards = plan.gappyShards + plan.smallShards
        for (index, shard) in shards.enumerated() {
            for frame in try session.catalogue.frames(in: shard) {
                try StopRequest.check(during: "rewriting shards")
                var target = try open ?? OpenShard(copier: ShardCopier(in: session.shards))
                try copy(frame, into: &target, &summary)
                open = target
                if target.copier.byteCount >= settings.shardByteLimit {
                    try publish(target, run, &summary)
                    open = nil
                }
            }
            summary.shardsRewritten += 1
            run.log.progress("shards", done: index + 1, total: shards.count)
        }
        if let open { try publish(open, run, &summary) }
    }

    private func copy(
        _ frame: FramePlace, into target: inout OpenShard, _ summary: inout CompactionSummary
    ) throws {
        do {
            let offset = try target.copier.append(
                EpisodeLocation(
                    shard: frame.shard, offset: frame.offset, length: frame.length),
                expecting: frame.digest)
            target.moves.append((frame, offset))
            target.sources.insert(frame.shard)
        } catch let error as EpisodeStoreError where error.code != .systemCallFailed {
            summary.damaged.append("\(frame.digest): \(error)")
        }
    }

    /// Makes a new shard durable, then records where its episodes lie now.
    private func publish(
        _ open: OpenShard, _ run: StageRun, _ summary: inout CompactionSummary
    ) throws {
        guard !open.moves.isEmpty else { return open.copier.discard() }
        let byteCount = open.copier.byteCount
        let shard = try open.copier.finish()
        // A single whole shard copied as it is has its own name again: nothing moves.
        guard !open.sources.contains(shard) else { return }
        for source in open.sources { try session.shards.touch(source) }
        let moves = open.moves.map { move in
            (
                from: move.from,
                to: FramePlace(
                    digest: move.from.digest, shard: shard, offset: move.offset,
                    length: move.from.length)
            )
        }
        summary.episodesMoved += try session.catalogue.moveFrames(moves, guardedBy: run.attempt)
        summary.bytesCopied += byteCount
        summary.shardsWritten += 1
    }
}
