package import Foundation

/// Writes episodes in one layout, into a folder that is the export's own.
package protocol EpisodeExport: AnyObject {
    /// Writes one episode.
    ///
    /// - Throws: ``ExportError``, or an error of the library that writes.
    func add(_ item: EpisodeToExport) throws

    /// Writes what belongs to the whole and closes all files; nothing is added after that.
    ///
    /// - Throws: ``ExportError``, or an error of the library that writes.
    func finish() throws -> [ExportedPart]
}

/// One file or one dataset of an export.
package struct ExportedPart: Encodable, Sendable, Equatable {
    /// Its path below the export's folder.
    package let path: String
    /// The robot's name.
    package let embodiment: String
    package var episodes = 0
    package var steps = 0
    /// Arrays that the layout has no place for.
    package var leftOut: Set<String> = []

    private enum CodingKeys: String, CodingKey {
        case path, embodiment, episodes, steps
        case leftOut = "left_out"
    }

    init(path: String, embodiment: String) {
        self.path = path
        self.embodiment = embodiment
    }

    /// Writes the names in their order, so that the same export says the same.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(embodiment, forKey: .embodiment)
        try container.encode(episodes, forKey: .episodes)
        try container.encode(steps, forKey: .steps)
        try container.encode(leftOut.sorted(), forKey: .leftOut)
    }
}

/// The layouts that are written, and the door to all of them.
package enum EpisodeExportFormat: String, Sendable, CaseIterable {
    /// HDF5, one file a robot.
    case robomimic
    /// Version 3.0, one dataset for all episodes that have the same columns.
    case lerobot

    /// Whether this program can write it.
    package var isSupported: Bool {
        #if LeRobot
        true
        #else
        self != .lerobot
        #endif
    }

    /// A writer into `folder`, which is there and empty.
    ///
    /// - Throws: ``ExportError`` where this program was built without what the layout needs.
    package func makeExport(
        into folder: URL, origin: ExportOrigin
    ) throws(ExportError) -> any EpisodeExport {
        switch self {
        case .robomimic: return RobomimicExport(folder: folder, origin: origin)
        case .lerobot:
            #if LeRobot
            return LeRobotExport(folder: folder, origin: origin)
            #else
            throw ExportError(
                .supportMissing,
                "exporting as LeRobot: this program was built without LeRobot support",
                next: "Run scripts/setup, then scripts/build, or export with --format robomimic.")
            #endif
        }
    }
}

/// What an export is made of.
package struct ExportOrigin: Sendable {
    /// Digits of the snapshot's digest.
    package let snapshot: String
    /// Digits of the label set's digest; nil where there is none.
    package let labelSet: String?
    /// Steps a second of robots whose control rate is not known.
    package let framesPerSecond: Double?

    package init(snapshot: String, labelSet: String?, framesPerSecond: Double? = nil) {
        self.snapshot = snapshot
        self.labelSet = labelSet
        self.framesPerSecond = framesPerSecond
    }
}

/// Gives files and datasets names that are fit for a file system, each once.
struct ExportNames {
    private var taken: Set<String> = []

    /// The robot's name, with a number after it where it is taken.
    mutating func name(for embodiment: String) -> String {
        let letters = embodiment.map { letter -> Character in
            letter.isASCII && (letter.isLetter || letter.isNumber || "-_".contains(letter))
                ? letter : "-"
        }
        let base = letters.isEmpty ? "robot" : String(letters)
        var name = base
        var number = 1
        while !taken.insert(name).inserted {
            number += 1
            name = "\(base)-\(number)"
        }
        return name
    }
}
