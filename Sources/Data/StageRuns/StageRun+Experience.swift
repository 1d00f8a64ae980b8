import Catalogue
package import Digests
package import EpisodeStore
package import Episodes
import Foundation

extension StageRun {
    /// The snapshot of that digest.
    ///
    /// - Throws: ``StageError`` where it is none or names no episode, or the store's errors.
    package func snapshot(_ digest: Digest) throws -> ExperienceSnapshot {
        let snapshot = try ExperienceSnapshot(bytes: try objects.read(digest))
        guard !snapshot.entries.isEmpty else {
            throw StageError.inputRefused(
                "reading the snapshot \(digest.short): it names no episode",
                next: "Ingest episodes, or relax the gates of filter-by-quality.")
        }
        return snapshot
    }

    /// Writes the snapshot's episodes as columns into the scratch folder, one in memory at a time.
    ///
    /// Arguments:
    ///   - pictureSide: pixels of the pictures that are wanted; nil or 0 where none are.
    ///   - begin: is told the kinds of robots before the first episode.
    ///   - body: is given each episode's states and actions, unpadded, and its robot's index.
    /// - Throws: ``StageError``, the store's and the catalogue's errors, and what the closures throw.
    package func columns(
        of snapshot: ExperienceSnapshot, pictureSide: Int? = nil,
        begin: ([Embodiment]) throws -> Void = { _ in },
        _ body: (_ states: [Float], _ actions: [Float], _ embodiment: Int) throws -> Void
    ) throws -> ExperienceColumns {
        let (embodiments, cameras) = try embodiments(of: snapshot)
        let names = embodiments.map(\.name)
        try begin(embodiments)
        var writer = try ExperienceColumnsWriter(
            at: scratch.appending(path: "columns.f32"), embodiments: embodiments,
            pictures: try pictureSide.flatMap { side in
                side > 0 && cameras.contains { !$0.isEmpty }
                    ? try PictureColumnsWriter(
                        at: scratch.appending(path: "pictures.u8"), side: side, cameras: cameras)
                    : nil
            })
        var done = 0
        try forEachRecord(of: snapshot) { record, entry in
            try StopRequest.check(during: "reading episodes")
            // What a person may have corrected is in the catalogue, not in the shard.
            var episode = try shards.read(
                EpisodeLocation(
                    shard: record.shard, offset: record.offset, length: record.length),
                expecting: record.digest)
            episode.metadata = record.metadata
            if let outcome = entry.outcome { episode.metadata.outcome = outcome }
            let (states, actions) = try writer.add(
                episode, digest: record.digest, weight: entry.weight,
                isNeverPositive: entry.neverPositive)
            try body(states, actions, names.firstIndex(of: record.metadata.embodiment.name) ?? 0)
            done += 1
            log.progress("reading episodes", done: done, total: snapshot.entries.count)
        }
        return writer.finish()
    }

    /// The kinds of robots in a snapshot, sorted by name, and the cameras of each.
    private func embodiments(
        of snapshot: ExperienceSnapshot
    ) throws -> (robots: [Embodiment], cameras: [[String]]) {
        var found: [String: Embodiment] = [:]
        var cameras: [String: Set<String>] = [:]
        try forEachRecord(of: snapshot) { record, _ in
            let robot = record.metadata.embodiment
            if let known = found[robot.name],
                known.state != robot.state || known.actionWidth != robot.actionWidth
            {
                throw StageError.inputRefused(
                    "reading episodes: the robot '\(robot.name)' has \(robot.stateWidth) state and "
                        + "\(robot.actionWidth) action columns in episode \(record.digest.short), "
                        + "and \(known.stateWidth) and \(known.actionWidth) in others",
                    next: "Give robots of different layouts different embodiment names, and "
                        + "ingest their files again.")
            }
            if found[robot.name] == nil { found[robot.name] = robot }
            cameras[robot.name, default: []].formUnion(record.metadata.cameras.map(\.name))
        }
        let robots = found.values.sorted { $0.name < $1.name }
        return (robots, robots.map { (cameras[$0.name] ?? []).sorted() })
    }

    private func forEachRecord(
        of snapshot: ExperienceSnapshot,
        _ body: (EpisodeRecord, ExperienceSnapshot.Entry) throws -> Void
    ) throws {
        let pageSize = 256
        let entries = snapshot.entries
        for start in stride(from: 0, to: entries.count, by: pageSize) {
            let page = entries[start..<min(start + pageSize, entries.count)]
            let records = try catalogue.episodes(withDigests: page.map(\.episode))
            for (record, entry) in zip(records, page) { try body(record, entry) }
        }
    }
}
