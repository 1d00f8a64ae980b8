#if LeRobot
internal import Arrow
internal import Episodes
internal import Foundation

/// Reads the episodes of one dataset, one at a time.
final class LeRobotDataset: EpisodeFileReader {
    let episodeNames: [String]
    private(set) var warnings: [String] = []

    let folder: LeRobotFolder
    let info: LeRobotInfo
    let limits: EpisodeLimits
    let tasks: [Int: String]
    private let entries: [String: LeRobotEntry]
    /// The Parquet file that was read last: in version 3 the next episode lies in it, too.
    private var open: LeRobotTable?
    private var videos: LeRobotVideos
    /// Made at the first episode, because it reads the actions of all.
    private var profile: FileProfile?

    init(file: CandidateFile, limits: EpisodeLimits) throws(EpisodeFileError) {
        folder = LeRobotFolder(url: file.url, name: file.name)
        self.limits = limits
        info = try LeRobotInfo(of: folder)
        let index = try LeRobotIndex(of: folder, info: info)
        tasks = index.tasks
        episodeNames = index.entries.map { "episode_\($0.number)" }
        entries = Dictionary(zip(episodeNames, index.entries)) { first, _ in first }
        videos = LeRobotVideos(folder: folder, info: info)
        guard entries.count == episodeNames.count else {
            throw EpisodeFileError(
                .fileUnreadable, "\(file.name): the dataset lists an episode more than once")
        }
    }

    func read(_ episode: String) -> EpisodeReading {
        let label = "\(folder.name) \(episode)"
        do throws(EpisodeRejection) {
            guard let entry = entries[episode] else {
                throw EpisodeRejection(.arrayMissing, "\(label): there is no such episode")
            }
            let table = try table(at: entry.dataPath, label)
            let draft = try LeRobotEpisode(
                name: episode, label: label, entry: entry, table: table, dataset: self)
            try usual().check(draft.profile, label: label, limits: limits)
            return .accepted(
                try draft.episode(pictures: &videos), warnings: draft.warnings)
        } catch {
            return .rejected(error)
        }
    }

    private func table(
        at path: String, _ label: String
    ) throws(EpisodeRejection) -> LeRobotTable {
        if let open, open.path == path { return open }
        open = nil
        do throws(EpisodeFileError) {
            let table = try LeRobotTable(folder: folder, path: path, columns: nil)
            open = table
            return table
        } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(label): \(error.description)")
        }
    }

    /// A look at the actions of all episodes, against which each is checked.
    private func usual() -> FileProfile {
        if let profile { return profile }
        var profile = FileProfile()
        for path in Set(entries.values.map(\.dataPath)).sorted() {
            // A file that cannot be read says nothing here; its episodes are rejected one by one.
            guard
                let table = try? LeRobotTable(
                    folder: folder, path: path, columns: [LeRobotTable.action])
            else { continue }
            table.forEachAction { profile.add($0) }
        }
        profile.finish()
        self.profile = profile
        return profile
    }
}
#endif
