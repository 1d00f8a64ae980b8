package import Episodes
package import Foundation

/// A layout of recorded episodes on disk.
///
/// To add one, conform to this and name it in ``EpisodeFileFormats/all``.
package protocol EpisodeFileFormat: Sendable {
    /// The layout's name, as kept in an episode's metadata.
    var name: String { get }

    /// Endings of file names that a folder is searched for, in lower case.
    var fileExtensions: Set<String> { get }

    /// A reader of the file, or nil where it has another layout.
    ///
    /// - Throws: ``EpisodeFileError`` if it has this layout and cannot be read.
    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)?
}

/// Reads the episodes of one open file, one at a time.
package protocol EpisodeFileReader {
    /// Names of the file's episodes, in the order of their numbers.
    var episodeNames: [String] { get }

    /// What is odd about the file, but refuses nothing.
    var warnings: [String] { get }

    /// Reads and checks the episode of that name, which must be one of ``episodeNames``.
    func read(_ episode: String) -> EpisodeReading
}

/// What came of one episode.
package enum EpisodeReading: Sendable {
    case accepted(Episode, warnings: [String])
    case rejected(EpisodeRejection)
}

/// Limits that no episode may exceed; sizes that a file states are not believed.
package struct EpisodeLimits: Sendable, Equatable {
    /// Bytes of all arrays of one episode.
    package var episodeBytes: Int
    /// The longest time between two steps, in seconds.
    package var gapSeconds: Double
    /// An episode's largest action may be this many times the median of the others' in its file.
    package var actionMagnitudeRatio: Double

    /// Defaults: 4 GiB, 2 s, 100.
    package init(
        episodeBytes: Int = 4 << 30, gapSeconds: Double = 2, actionMagnitudeRatio: Double = 100
    ) {
        self.episodeBytes = episodeBytes
        self.gapSeconds = gapSeconds
        self.actionMagnitudeRatio = actionMagnitudeRatio
    }
}

/// The layouts that are read, and the door to all of them.
package enum EpisodeFileFormats {
    /// All layouts, in the order in which they are tried.
    package static let all: [any EpisodeFileFormat] = [
        LeRobotFormat(), RobomimicFormat(), ALOHAFormat(), DROIDFormat(),
    ]

    /// Endings of file names that a folder is searched for.
    package static var fileExtensions: Set<String> {
        all.reduce(into: []) { $0.formUnion($1.fileExtensions) }
    }

    /// Whether a folder is a recording as a whole, rather than a place where recordings lie.
    package static func isRecording(folder: URL) -> Bool {
        LeRobotFormat.isDataset(folder) || DROIDFormat.isEpisode(folder)
    }

    /// Opens the file with the layout that it has; `name` is what messages call it.
    ///
    /// What a profile describes is read as it says, whatever else the file looks like.
    ///
    /// - Throws: ``EpisodeFileError`` if it cannot be read or has no known layout.
    package static func open(
        _ url: URL, name: String? = nil, profiles: [ImportProfile] = [],
        limits: EpisodeLimits = EpisodeLimits()
    ) throws(EpisodeFileError) -> any EpisodeFileReader {
        let file = CandidateFile(url: url, name: name ?? url.lastPathComponent)
        for format in profiles.map({ ProfiledFormat(profile: $0) }) + all {
            if let reader = try format.reader(of: file, limits: limits) { return reader }
        }
        throw EpisodeFileError(
            .layoutUnknown,
            "\(file.name): its layout is not known; expected a group /data (robomimic, IsaacLab, "
                + "LIBERO, Nightshift), /action and /observations (ALOHA), or groups /action and "
                + "/observation (DROID); describe it in an import profile, or convert it first")
    }
}
