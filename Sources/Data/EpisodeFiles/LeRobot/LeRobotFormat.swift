internal import Foundation

/// Datasets of LeRobot, versions 2.1 and 3.0: folders of Parquet files and videos.
///
/// docs/formats/lerobot.md describes all of it.
struct LeRobotFormat: EpisodeFileFormat {
    let name = "lerobot"
    let fileExtensions: Set<String> = []

    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)? {
        guard Self.isDataset(file.url) else { return nil }
        #if LeRobot
        return try LeRobotDataset(file: file, limits: limits)
        #else
        throw EpisodeFileError(
            .supportMissing,
            "\(file.name): it is a LeRobot dataset, and this program was built without LeRobot "
                + "support; run scripts/setup, then scripts/build, and ingest again")
        #endif
    }

    /// Whether the folder is a dataset by what every version has.
    static func isDataset(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: "meta/info.json").path)
    }
}
