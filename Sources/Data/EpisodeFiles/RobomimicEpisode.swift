internal import Episodes
internal import HDF5

/// One episode in robomimic's layout, read and checked.
struct RobomimicEpisode {
    let profile: EpisodeProfile
    private(set) var warnings: [String]

    private let name: String
    private let file: RobomimicFile
    private let dialect: RobomimicDialect
    private let attributes: Attributes
    private let arrays: [EpisodeArray]
    private let byName: [String: EpisodeArray]
    private let stepCount: Int
    private let state: [Embodiment.Component]
    private let timestampArray: String?
    private let interventionArray: String?

    private static let observations = "obs/"
    private static let nextObservations = "next_obs/"
    /// Arrays of one row a step, where the file has them.
    private static let perStep = [
        "rewards", "dones", "timestamps", "timestamp", "interventions", "action_modes",
    ]

    init(
        name: String, label: String, group: HDF5Group, file: RobomimicFile
    ) throws(EpisodeRejection) {
        self.name = name
        self.file = file
        do {
            attributes = try Attributes(of: group, inside: file.attributes)
        } catch {
            throw EpisodeRejection(.arrayUnreadable, "\(label): \(error.description)")
        }
        let found = try EpisodeArrays(
            below: group, label: label, byteLimit: file.limits.episodeBytes)
        let added = Self.added(attributes)
        arrays = try found.read().filter { !added.contains($0.name[...]) }
        let byName = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        self.byName = byName
        warnings = found.warnings
        let checks = EpisodeChecks(label: label, arrays: byName, skipped: found.skipped)
        let actions = try checks.actions(RobomimicFile.actionArray)
        state = Self.state(of: arrays)
        guard !state.isEmpty else {
            throw EpisodeRejection(
                .stateMissing,
                "\(label): it has no state: neither numbers below obs nor the array states")
        }
        let names = Self.needed(arrays, state)
        let stated = attributes["num_samples"]?.integer
        stepCount = try checks.stepCount(actions: actions, others: names, stated: stated)
        try checks.finite()
        timestampArray = ["timestamps", "timestamp"].first {
            byName[$0].map(Self.isColumn) ?? false
        }
        interventionArray = ["interventions", "action_modes", "intervention"].first {
            byName[$0].map(Self.isColumn) ?? false
        }
        if let timestampArray {
            try checks.clock(timestampArray, gapSeconds: file.limits.gapSeconds)
        }
        try checks.done("dones")
        if let current = found.addresses["obs"], current == found.addresses["next_obs"] {
            warnings.append(
                "\(label): next_obs is a link to obs, so it does not hold the next observation")
        } else {
            try checks.shifted(Self.observations, Self.nextObservations)
        }
        if stated == nil, attributes.text("env_args") != nil {
            warnings.append(
                "\(label): it has no attribute num_samples; \(stepCount) steps by its actions")
        }
        dialect = RobomimicDialect(of: attributes, file.environment)
        warnings += dialect.warnings(of: attributes, label: label)
        profile = EpisodeProfile(
            observations: Self.observationNames(arrays, found.skipped),
            actionWidth: actions.rowWidth, actionMagnitude: actions.magnitude)
    }

    /// The episode with all that the file says about it.
    func episode() -> Episode {
        let (outcome, source) = outcome
        let metadata = EpisodeMetadata(
            instruction: instruction, embodiment: embodiment, outcome: outcome,
            outcomeSource: source, stepCount: stepCount, actionArray: RobomimicFile.actionArray,
            timestampArray: timestampArray, interventionArray: interventionArray,
            cameras: cameras, isDemonstration: isDemonstration,
            hasSafetyMark: attributes["safety_mark"]?.flag ?? false, provenance: provenance,
            sourceFormat: dialect.rawValue, sourceEpisode: name)
        return Episode(metadata: metadata, arrays: arrays)
    }

    /// Numbers directly below `obs`, sorted by name; or `states` where there are none.
    private static func state(of arrays: [EpisodeArray]) -> [Embodiment.Component] {
        let components = arrays.filter { isState($0) }
            .map { Embodiment.Component(array: $0.name, width: $0.rowWidth) }
            .sorted { $0.array < $1.array }
        if !components.isEmpty { return components }
        guard let states = arrays.first(where: { $0.name == "states" }), states.shape.count == 2,
            states.rowWidth > 0
        else { return [] }
        return [Embodiment.Component(array: states.name, width: states.rowWidth)]
    }

    private static func isState(_ array: EpisodeArray) -> Bool {
        guard array.name.hasPrefix(observations),
            !array.name.dropFirst(observations.count).contains("/")
        else { return false }
        // Wide rows of bytes are compressed pictures.
        let isPicture = array.elementType == .uint8 && array.rowWidth > 64
        return array.shape.count <= 2 && array.rowWidth > 0 && array.elementType != .bool
            && !isPicture
    }

    /// What an export of Nightshift has written beside what was recorded (docs/export.md).
    private static func added(_ attributes: Attributes) -> Set<Substring> {
        guard attributes.text("format") == "nightshift-hdf5" else { return [] }
        return Set((attributes.text("added") ?? "").split(separator: " "))
    }

    private static func isColumn(_ array: EpisodeArray) -> Bool { array.rowWidth == 1 }

    private static func needed(
        _ arrays: [EpisodeArray], _ state: [Embodiment.Component]
    ) -> [String] {
        let stateNames = Set(state.map(\.array))
        return arrays.map(\.name).filter { name in
            perStep.contains(name) || stateNames.contains(name)
                || [observations, nextObservations].contains { prefix in
                    name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains("/")
                }
        }
    }

    private static func observationNames(
        _ arrays: [EpisodeArray], _ skipped: [String: String]
    ) -> Set<String> {
        let names = arrays.map(\.name) + skipped.keys
        return Set(
            names.filter { $0.hasPrefix(observations) }.map {
                let rest = $0.dropFirst(observations.count)
                return String(rest.prefix { $0 != "/" })
            })
    }
}

extension RobomimicEpisode {
    /// The rule of docs/formats/robomimic-hdf5.md, in its order.
    private var outcome: (Outcome, OutcomeSource) {
        if let success = attributes["success"]?.flag {
            return (success ? .success : .failure, .attribute)
        }
        if file.succeeded?.contains(name) == true { return (.success, .mask) }
        if file.failed?.contains(name) == true { return (.failure, .mask) }
        // Only sparse rewards are a verdict; dense ones are a measure of progress.
        // LIBERO's converter writes 1 at the end of every episode, and keeps none that failed.
        guard let rewards = byName["rewards"]?.doubles(), let last = rewards.last,
            rewards.allSatisfy({ $0 == 0 || $0 == 1 })
        else { return (.unlabelled, .none) }
        return (last > 0 ? .success : .failure, .terminalReward)
    }

    private var instruction: String {
        attributes.text("instruction") ?? attributes.text("language_instruction")
            ?? attributes.text("task") ?? dialect.instruction(of: attributes) ?? file.environment?
            .environmentName
            ?? attributes.text("env") ?? file.taskOfFileName
    }

    private var embodiment: Embodiment {
        let times = timestampArray.flatMap { byName[$0]?.doubles() }
        return EmbodimentNaming.embodiment(
            declared: attributes.text("embodiment"), family: family, state: state,
            actionWidth: profile.actionWidth,
            controlRateHertz: file.environment?.controlRateHertz
                ?? EmbodimentNaming.controlRate(of: times))
    }

    /// The robot as its simulator calls it; the task is no part of it.
    private var family: String {
        if dialect == .isaacLab { return "isaaclab" }
        guard let environment = file.environment else {
            return attributes.text("env") ?? "robomimic"
        }
        if !environment.robots.isEmpty {
            return "robosuite-" + environment.robots.joined(separator: "-")
        }
        let task = environment.environmentName ?? ""
        let isMetaWorld =
            environment.environmentType == 2 && ["-v1", "-v2", "-v3"].contains(task.suffix(3))
            && task == task.lowercased()
        return isMetaWorld ? "metaworld-sawyer" : "robomimic"
    }

    private var cameras: [Camera] {
        arrays.filter {
            $0.name.hasPrefix(Self.observations) && $0.elementType == .uint8
                && $0.shape.count == 4 && $0.shape[3] == 3
        }.map {
            Camera(
                name: String($0.name.dropFirst(Self.observations.count)), array: $0.name,
                encoding: .raw)
        }
    }

    private var isDemonstration: Bool {
        if let declared = attributes["demonstration"]?.flag { return declared }
        guard let flags = interventionArray.flatMap({ byName[$0]?.floats() }) else { return false }
        return !flags.isEmpty && flags.allSatisfy { $0 > 0 }
    }

    private var provenance: Provenance {
        Provenance(
            robot: attributes.text("robot"), site: attributes.text("site"),
            operatorName: attributes.text("operator"), policyRelease: attributes.text("policy"),
            calibration: attributes.text("calibration"),
            licence: attributes.text("licence") ?? attributes.text("license"),
            recordedAt: attributes.text("recorded_at"))
    }
}
