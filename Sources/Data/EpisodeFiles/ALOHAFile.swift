internal import Episodes
internal import Foundation
internal import HDF5

/// Reads the one episode of a file in ALOHA's layout.
final class ALOHAFile: EpisodeFileReader {
    let episodeNames: [String]
    let warnings: [String] = []

    private let name: String
    private let url: URL
    private let root: HDF5Group
    private let limits: EpisodeLimits

    static let actionArray = "action"
    init(file: CandidateFile, root: HDF5Group, limits: EpisodeLimits) {
        name = file.name
        url = file.url
        self.root = root
        self.limits = limits
        episodeNames = [file.url.deletingPathExtension().lastPathComponent]
    }

    func read(_ episode: String) -> EpisodeReading {
        do throws(EpisodeRejection) {
            let attributes = try attributes()
            let found = try EpisodeArrays(
                below: root, label: name, byteLimit: limits.episodeBytes)
            return .accepted(
                try self.episode(found, attributes, named: episode), warnings: found.warnings)
        } catch {
            return .rejected(error)
        }
    }

    private func attributes() throws(EpisodeRejection) -> Attributes {
        do { return try Attributes(of: root) } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(name): \(error.description)")
        }
    }

    private func episode(
        _ found: EpisodeArrays, _ attributes: Attributes, named episode: String
    ) throws(EpisodeRejection) -> Episode {
        let arrays = try found.read()
        let byName = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        let checks = EpisodeChecks(label: name, arrays: byName, skipped: found.skipped)
        let actions = try checks.actions(Self.actionArray)
        guard byName["observations/qpos"] != nil else { throw checks.missing("observations/qpos") }
        let stateArrays = ["observations/qpos", "observations/qvel"].compactMap { byName[$0] }
        let perStep = arrays.map(\.name).filter {
            $0.hasPrefix("observations/") || $0 == "base_action"
        }
        let stepCount = try checks.stepCount(actions: actions, others: perStep, stated: nil)
        try checks.finite()
        let cameras = try ALOHACameras(
            label: name, arrays: arrays, stepCount: stepCount,
            isCompressed: attributes["compress"]?.flag ?? false
        ).cameras
        let embodiment = EmbodimentNaming.embodiment(
            declared: attributes.text("embodiment"),
            family: attributes["sim"]?.flag == true ? "aloha-sim" : "aloha",
            state: stateArrays.map { .init(array: $0.name, width: $0.rowWidth) },
            actionWidth: actions.rowWidth, controlRateHertz: attributes["control_hz"]?.number)
        let success = attributes["success"]?.flag
        let metadata = EpisodeMetadata(
            instruction: attributes.text("instruction") ?? attributes.text("language_instruction")
                ?? attributes.text("task") ?? TaskNaming.task(ofFile: url),
            embodiment: embodiment,
            outcome: success.map { $0 ? .success : .failure } ?? .unlabelled,
            outcomeSource: success == nil ? .none : .attribute, stepCount: stepCount,
            actionArray: Self.actionArray, cameras: cameras,
            isDemonstration: attributes["demonstration"]?.flag ?? false,
            sourceFormat: ALOHAFormat().name, sourceEpisode: episode)
        return Episode(metadata: metadata, arrays: arrays)
    }
}

/// The cameras of an ALOHA episode, and the checks of their compressed rows.
struct ALOHACameras {
    private(set) var cameras: [Camera] = []

    private static let images = "observations/images/"
    /// The first bytes of every JPEG file.
    private static let jpegMark: [UInt8] = [0xFF, 0xD8]

    init(
        label: String, arrays: [EpisodeArray], stepCount: Int, isCompressed: Bool
    ) throws(EpisodeRejection) {
        var compressed: [EpisodeArray] = []
        for array in arrays where array.name.hasPrefix(Self.images) {
            guard array.elementType == .uint8 else { continue }
            let name = String(array.name.dropFirst(Self.images.count))
            if array.shape.count == 4, array.shape[3] == 3 {
                cameras.append(Camera(name: name, array: array.name, encoding: .raw))
            } else if array.shape.count == 2, isCompressed {
                // The recorder handed red-green-blue pictures to an encoder of blue-green-red ones.
                cameras.append(
                    Camera(
                        name: name, array: array.name, encoding: .jpegRows, channelOrder: .bgr))
                compressed.append(array)
            }
        }
        try Self.check(compressed, arrays.first { $0.name == "compress_len" }, label, stepCount)
    }

    /// `lengths` has a row a compressed camera, in the order of their names, as floats.
    private static func check(
        _ cameras: [EpisodeArray], _ lengths: EpisodeArray?, _ label: String, _ stepCount: Int
    ) throws(EpisodeRejection) {
        guard !cameras.isEmpty else { return }
        var values: [Double]?
        if let lengths {
            guard lengths.shape == [cameras.count, stepCount] else {
                throw EpisodeRejection(
                    .shapeMismatch,
                    "\(label): compress_len has shape \(lengths.shape), expected "
                        + "[\(cameras.count), \(stepCount)]: a row a camera")
            }
            values = lengths.doubles()
        }
        for (row, camera) in cameras.enumerated() {
            for step in 0..<stepCount {
                let length = values.map { $0[row * stepCount + step] } ?? Double(camera.rowWidth)
                try check(camera, step: step, length: length, label)
            }
        }
    }

    private static func check(
        _ camera: EpisodeArray, step: Int, length: Double, _ label: String
    ) throws(EpisodeRejection) {
        guard length >= 2, length <= Double(camera.rowWidth), length == length.rounded() else {
            throw EpisodeRejection(
                .frameMalformed,
                "\(label): compress_len says \(length) bytes for step \(step) of \(camera.name), "
                    + "whose rows have \(camera.rowWidth)")
        }
        let start = step * camera.rowWidth
        guard camera.bytes[start..<(start + 2)].elementsEqual(jpegMark) else {
            throw EpisodeRejection(
                .frameMalformed,
                "\(label): \(camera.name)[\(step)] does not begin as a JPEG file does; "
                    + "record the episode again")
        }
    }
}
