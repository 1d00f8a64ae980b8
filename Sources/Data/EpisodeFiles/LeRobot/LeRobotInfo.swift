#if LeRobot
internal import Foundation

/// What `meta/info.json` says of a dataset.
struct LeRobotInfo: Decodable {
    /// One column, or one camera.
    struct Feature: Decodable {
        /// `float32`, `int64`, `video`, `image` and so on.
        let dtype: String
        let shape: [Int]
    }

    let version: String
    let robotType: String?
    let framesPerSecond: Double
    let chunkSize: Int?
    let dataPath: String
    let videoPath: String?
    let features: [String: Feature]

    private enum CodingKeys: String, CodingKey {
        case version = "codebase_version"
        case robotType = "robot_type"
        case framesPerSecond = "fps"
        case chunkSize = "chunks_size"
        case dataPath = "data_path"
        case videoPath = "video_path"
        case features
    }

    /// Whether files hold many episodes, as from version 3.0 on.
    var isPacked: Bool { version.hasPrefix("v3.") }

    /// Reads the file of a dataset.
    init(of folder: LeRobotFolder) throws(EpisodeFileError) {
        let name = folder.name
        let file = try folder.file(at: "meta/info.json")
        do {
            let bytes = try Data(contentsOf: file)
            self = try JSONDecoder().decode(Self.self, from: bytes)
        } catch {
            throw EpisodeFileError(
                .fileUnreadable,
                "\(name): meta/info.json cannot be read: \(Self.reason(error)); expected the "
                    + "keys codebase_version, fps, data_path and features")
        }
        guard ["v2.0", "v2.1", "v3.0"].contains(version) else {
            throw EpisodeFileError(
                .layoutUnknown,
                "\(name): its codebase_version is \(version.debugDescription), expected v2.1 or "
                    + "v3.0; convert it with the scripts that come with lerobot")
        }
        guard framesPerSecond > 0, framesPerSecond.isFinite else {
            throw EpisodeFileError(
                .fileUnreadable,
                "\(name): meta/info.json says \(framesPerSecond) frames a second")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "the key \(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): "
                + context.debugDescription
        case DecodingError.dataCorrupted: "it is no JSON"
        default: error.localizedDescription
        }
    }
}
#endif
