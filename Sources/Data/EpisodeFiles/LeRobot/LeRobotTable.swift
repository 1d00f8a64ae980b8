#if LeRobot
internal import Arrow
internal import Episodes
internal import Foundation

/// One Parquet file of frames, and which of its rows are which episode's.
final class LeRobotTable {
    static let action = "action"
    private static let episodeIndex = "episode_index"

    /// Below the dataset.
    let path: String
    let file: ParquetFile
    private let name: String
    private var rowsOfEpisode: [Int: Range<Int>] = [:]
    /// Episodes whose rows do not follow each other.
    private var scattered: Set<Int> = []

    /// Opens the file for reading `columns`, or all.
    init(
        folder: LeRobotFolder, path: String, columns: [String]?
    ) throws(EpisodeFileError) {
        self.path = path
        name = folder.name
        let url = try folder.file(at: path)
        do throws(ArrowError) {
            let numbers = try ParquetFile(
                readingFrom: url.path, columns: [Self.episodeIndex])
            file = try ParquetFile(readingFrom: url.path, columns: columns)
            guard numbers.rowCount > 0 else { return }
            let rows = try numbers.rows(0..<numbers.rowCount)
            note(try rows.integers(Self.episodeIndex))
        } catch {
            throw EpisodeFileError(
                .fileUnreadable, "\(folder.name): \(path) cannot be read: \(error.reason)")
        }
    }

    /// The rows of an episode, decoded.
    func rows(ofEpisode number: Int, label: String) throws(EpisodeRejection) -> ParquetRows {
        guard !scattered.contains(number) else {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): rows of other episodes lie between its rows in \(path)")
        }
        guard let range = rowsOfEpisode[number] else {
            throw EpisodeRejection(
                .arrayMissing, "\(label): \(path) has no rows whose episode_index is \(number)")
        }
        do throws(ArrowError) { return try file.rows(range) } catch {
            throw EpisodeRejection(
                .arrayUnreadable, "\(label): \(path) cannot be read: \(error.reason)")
        }
    }

    /// Calls `body` for each episode whose actions can be read.
    func forEachAction(_ body: (EpisodeProfile) -> Void) {
        for range in rowsOfEpisode.values.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // What cannot be read is rejected when its episode is.
            guard let rows = try? file.rows(range),
                let array = try? rows.array(Self.action), array.count > 0
            else { continue }
            body(
                EpisodeProfile(
                    observations: [], actionWidth: array.rowWidth,
                    actionMagnitude: array.firstNotFinite == nil ? array.magnitude : 0))
        }
    }

    private func note(_ numbers: [Int]) {
        var start = 0
        while start < numbers.count {
            let number = numbers[start]
            let end = numbers[start...].firstIndex { $0 != number } ?? numbers.count
            if rowsOfEpisode[number] != nil { scattered.insert(number) }
            rowsOfEpisode[number] = start..<end
            start = end
        }
    }
}
#endif
