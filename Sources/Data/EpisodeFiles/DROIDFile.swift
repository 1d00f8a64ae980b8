internal import Episodes
internal import Foundation
internal import HDF5

/// Reads the one episode of a file in DROID's layout.
final class DROIDFile: EpisodeFileReader {
    let episodeNames: [String]
    let warnings: [String]

    /// What messages call it.
    private let name: String
    private let url: URL
    private let root: HDF5Group
    private let limits: EpisodeLimits
    private let videos: DROIDVideos

    private static let robotState = "observation/robot_state/"
    private static let skips = "observation/timestamp/skip_action"
    private static let clock = "observation/timestamp/control/step_start"
    /// What policies of DROID's robot command: joint velocities, and where the gripper is to be.
    private static let commands = ["action/joint_velocity", "action/gripper_position"]
    /// Derived arrays: the commands side by side, and seconds since the first step.
    static let actionArray = "actions"
    static let timestampArray = "timestamps"

    /// `folder` is that of the episode, where the candidate is that and not the trajectory alone.
    init(file: CandidateFile, folder: URL?, root: HDF5Group, limits: EpisodeLimits) {
        url = file.url
        self.root = root
        self.limits = limits
        // Every file is called trajectory.h5; its folder has a name.
        let parent = file.url.deletingLastPathComponent()
        let isClaimed = folder == nil && parent.lastPathComponent.hasPrefix(".")
        let named = folder ?? (isClaimed ? file.url.deletingPathExtension() : parent)
        episodeNames = [named.lastPathComponent]
        name =
            folder == nil && file.name == DROIDFormat.fileName && !isClaimed
            ? "\(parent.lastPathComponent)/\(file.name)" : file.name
        videos = DROIDVideos(ofEpisodeIn: folder ?? parent)
        warnings = videos.warnings(named: name)
    }

    func read(_ episode: String) -> EpisodeReading {
        do throws(EpisodeRejection) {
            let found = try EpisodeArrays(below: root, label: name, byteLimit: limits.episodeBytes)
            var warnings = found.warnings
            let episode = try self.episode(found, named: episode, &warnings)
            return .accepted(episode, warnings: warnings)
        } catch {
            return .rejected(error)
        }
    }

    private func episode(
        _ found: EpisodeArrays, named episode: String, _ warnings: inout [String]
    ) throws(EpisodeRejection) -> Episode {
        var arrays = try found.read()
        let recorded = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        let checks = EpisodeChecks(label: name, arrays: recorded, skipped: found.skipped)
        let commands = try commands(checks, recorded)
        let perStep = arrays.map(\.name).filter {
            $0.hasPrefix("observation/") || $0.hasPrefix("action/")
        }
        let recordedSteps = try checks.stepCount(
            actions: commands, others: perStep, stated: nil)
        let isKept =
            recorded[Self.skips]?.doubles().map { $0 == 0 }
            ?? Array(repeating: true, count: recordedSteps)
        let dropped = isKept.count { !$0 }
        arrays.append(commands)
        if let clock = recorded[Self.clock].map(Self.seconds) { arrays.append(clock) }
        if dropped > 0 {
            warnings.append(
                "\(name): \(dropped) of \(recordedSteps) steps are marked skip_action and left out")
            arrays = arrays.map { $0.keeping(rows: isKept) }
        }
        let stepCount = recordedSteps - dropped
        guard stepCount >= 2 else {
            throw EpisodeRejection(
                .tooFewSteps,
                "\(name): \(stepCount) of its \(recordedSteps) steps are not marked skip_action, expected at least 2"
            )
        }
        let byName = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        let kept = EpisodeChecks(label: name, arrays: byName, skipped: found.skipped)
        try kept.finite()
        if byName[Self.timestampArray] != nil {
            try kept.clock(Self.timestampArray, gapSeconds: limits.gapSeconds)
        }
        var metadata = try metadata(byName, stepCount: stepCount, named: episode)
        #if LeRobot
        for (camera, pictures) in try videos.pictures(
            recorded, isKept: isKept, label: name, byteLimit: limits.episodeBytes, &warnings)
        {
            metadata.cameras.append(
                Camera(name: camera, array: pictures.array.name, encoding: pictures.encoding))
            arrays.append(pictures.array)
        }
        #endif
        return Episode(metadata: metadata, arrays: arrays)
    }

    /// T x 8: joint velocities and the gripper's commanded position.
    private func commands(
        _ checks: EpisodeChecks, _ arrays: [String: EpisodeArray]
    ) throws(EpisodeRejection) -> EpisodeArray {
        var parts: [EpisodeArray] = []
        for name in Self.commands {
            guard let part = arrays[name] else { throw checks.missing(name) }
            parts.append(part)
        }
        guard let rows = parts.first?.shape.first, parts.allSatisfy({ $0.shape.first == rows })
        else {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(name): "
                    + parts.map { "\($0.name) has shape \($0.shape)" }.joined(separator: ", ")
                    + "; every array of the episode needs one row a step")
        }
        return EpisodeArray(joining: parts, as: Self.actionArray)
    }

    /// Seconds since the first step, of milliseconds since 1970.
    private static func seconds(_ clock: EpisodeArray) -> EpisodeArray {
        let times = clock.doubles()
        return EpisodeArray(
            name: timestampArray, shape: [times.count],
            doubles: times.map { ($0 - (times.first ?? 0)) / 1000 })
    }

    private func metadata(
        _ arrays: [String: EpisodeArray], stepCount: Int, named episode: String
    ) throws(EpisodeRejection) -> EpisodeMetadata {
        let attributes = try attributes()
        let state = ["joint_positions", "gripper_position", "cartesian_position"]
            .compactMap { arrays[Self.robotState + $0] }
        guard !state.isEmpty else {
            throw EpisodeRejection(
                .stateMissing, "\(name): it has no state: nothing below \(Self.robotState)")
        }
        let times = arrays[Self.timestampArray]?.doubles()
        let (outcome, source) = outcome(attributes)
        return EpisodeMetadata(
            instruction: attributes.text("current_task") ?? attributes.text("language_instruction")
                ?? "unknown task",
            embodiment: EmbodimentNaming.embodiment(
                declared: nil, family: "droid-panda",
                state: state.map { .init(array: $0.name, width: $0.rowWidth) },
                actionWidth: arrays[Self.actionArray]?.rowWidth ?? 0,
                controlRateHertz: EmbodimentNaming.controlRate(of: times)),
            outcome: outcome, outcomeSource: source, stepCount: stepCount,
            actionArray: Self.actionArray,
            timestampArray: times == nil ? nil : Self.timestampArray,
            // DROID is recorded by people at a controller; a policy's name says otherwise.
            isDemonstration: attributes.text("policy") == nil,
            provenance: provenance(attributes), sourceFormat: DROIDFormat().name,
            sourceEpisode: episode)
    }

    private func attributes() throws(EpisodeRejection) -> Attributes {
        do { return try Attributes(of: root) } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(name): \(error.description)")
        }
    }

    /// The attributes, or else the folder that DROID's recorder sorted the file into.
    private func outcome(_ attributes: Attributes) -> (Outcome, OutcomeSource) {
        if attributes["success"]?.flag == true { return (.success, .attribute) }
        if attributes["failure"]?.flag == true { return (.failure, .attribute) }
        let folders = url.pathComponents.dropLast()
        switch folders.last(where: { $0 == "success" || $0 == "failure" }) {
        case "success": return (.success, .path)
        case "failure": return (.failure, .path)
        default: return (.unlabelled, .none)
        }
    }

    private func provenance(_ attributes: Attributes) -> Provenance {
        func stated(_ name: String) -> String? {
            attributes.text(name).flatMap { $0 == "N/A" ? nil : $0 }
        }
        return Provenance(
            robot: stated("robot_serial_number"), site: stated("building"),
            operatorName: stated("user"), policyRelease: stated("policy"), calibration: nil,
            licence: stated("licence") ?? stated("license"),
            recordedAt: stated("time")?.replacingOccurrences(of: " ", with: "T"))
    }
}
