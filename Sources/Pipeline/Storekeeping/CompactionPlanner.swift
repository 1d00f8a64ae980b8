import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

/// Looks at catalogue and store, and says what a compaction should do.
struct CompactionPlanner {
    let session: StageSession
    let settings: RetentionConfiguration
    let now: Date

    func plan() throws -> CompactionPlan {
        var plan = CompactionPlan()
        try planShards(&plan)
        let kept = try KeptReleases(
            catalogue: session.catalogue, objects: session.objects, settings: settings, now: now)
        plan.releases = kept.expired.map(\.id)
        let artefacts = try session.catalogue.keptArtefacts()
        let free = freeAttempts(artefacts, kept.artefacts)
        plan.attempts = free.filter { $0.age >= settings.keepArtefactDays * 86_400 }.map(\.id)
        plan.objectBytes = freedBytes(Set(plan.attempts), artefacts, kept.artefacts)
        plan.storedBytes = try storedBytes()
        try planLimit(&plan, artefacts, kept.artefacts, younger: free)
        return plan
    }

    private func planShards(_ plan: inout CompactionPlan) throws {
        let buried = try session.catalogue.unerasedEpisodes()
        plan.withdrawnBytes = buried.reduce(0) { $0 + $1.length }
        let holed = Set(buried.map(\.shard))
        var small: [ShardUsage] = []
        for usage in try session.catalogue.shardUsage() {
            // A missing shard is for verify to name; there is nothing to copy from.
            guard let byteCount = session.shards.byteCount(of: usage.shard) else { continue }
            let gap = byteCount - usage.byteCount
            if holed.contains(usage.shard) || gap > usage.byteCount / 4 {
                plan.gappyShards.append(usage.shard)
                plan.bytesToCopy += usage.byteCount
            } else if byteCount < settings.smallShardBytes {
                small.append(usage)
            }
        }
        guard small.count + plan.gappyShards.count > 1 else { return }
        plan.smallShards = small.map(\.shard)
        plan.bytesToCopy += small.reduce(0) { $0 + $1.byteCount }
    }

    /// Attempts that nothing pins, the oldest first.
    private func freeAttempts(
        _ artefacts: [KeptArtefact], _ pinned: Set<Digest>
    ) -> [(id: String, age: TimeInterval)] {
        var newest: [String: String] = [:]
        for item in artefacts { newest[item.stage] = item.attempt }
        var held = Set(newest.values)
        var ages: [String: TimeInterval] = [:]
        for item in artefacts {
            ages[item.attempt] = age(of: item.finishedAt, at: now)
            if pinned.contains(item.artefact.digest) { held.insert(item.attempt) }
        }
        return ages.filter { !held.contains($0.key) }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// Bytes of objects to which only these attempts refer.
    private func freedBytes(
        _ attempts: Set<String>, _ artefacts: [KeptArtefact], _ pinned: Set<Digest>
    ) -> Int {
        var sizes: [Digest: Int] = [:]
        for item in artefacts where attempts.contains(item.attempt) {
            sizes[item.artefact.digest] = item.artefact.byteCount
        }
        for item in artefacts where !attempts.contains(item.attempt) {
            sizes[item.artefact.digest] = nil
        }
        return sizes.filter { !pinned.contains($0.key) }.reduce(0) { $0 + $1.value }
    }

    private func storedBytes() throws -> Int {
        var sum = try session.shards.files().reduce(0) { $0 + $1.byteCount }
        try session.objects.forEachFile { sum += $0.reduce(0) { $0 + $1.byteCount } }
        return sum + (try Folder(url: session.workspace.releases).byteCount())
    }

    private func planLimit(
        _ plan: inout CompactionPlan, _ artefacts: [KeptArtefact], _ pinned: Set<Digest>,
        younger: [(id: String, age: TimeInterval)]
    ) throws {
        guard settings.maximumBytes > 0 else { return }
        let releases = try plan.releases.reduce(0) { sum, id in
            sum + (try Folder(url: session.workspace.releases.appending(path: id)).byteCount())
        }
        let rest = plan.storedBytes - plan.objectBytes - plan.withdrawnBytes - releases
        plan.bytesOverLimit = max(0, rest - settings.maximumBytes)
        guard plan.bytesOverLimit > 0 else { return }
        var gone = Set(plan.attempts)
        for (id, age) in younger
        where !gone.contains(id) && age >= settings.graceHours * 3600 {
            guard plan.forTheLimit.attemptBytes < plan.bytesOverLimit else { return }
            gone.insert(id)
            plan.forTheLimit.attempts.append(id)
            plan.forTheLimit.attemptBytes =
                freedBytes(gone, artefacts, pinned) - plan.objectBytes
        }
        if settings.oldestEpisodesGo { try planEpisodes(&plan.forTheLimit, plan.bytesOverLimit) }
    }

    private func planEpisodes(_ limit: inout CompactionPlan.ForTheLimit, _ bytes: Int) throws {
        var all: [(at: String, digest: Digest, bytes: Int)] = []
        try session.catalogue.forEachEpisode {
            all.append(($0.ingestedAt, $0.digest, $0.bytesStored))
        }
        all.sort { ($0.at, $0.digest) < ($1.at, $1.digest) }
        for episode in all where limit.attemptBytes + limit.episodeBytes < bytes {
            limit.from = limit.from ?? String(episode.at.prefix(10))
            limit.to = String(episode.at.prefix(10))
            limit.episodes.append(episode.digest)
            limit.episodeBytes += episode.bytes
        }
    }
}
