internal import Episodes
internal import Foundation
internal import HDF5

/// One episode of a layout that an import profile describes, read and checked.
struct ProfiledEpisode {
    private let label: String
    private let profile: ImportProfile
    private let arrays: [EpisodeArray]
    private let byName: [String: EpisodeArray]
    private let actions: EpisodeArray
    private let stepCount: Int

    /// Derived: the arrays of a profile that names several, side by side.
    private static let joinedActions = "actions"

    init(
        _ found: EpisodeArrays, label: String, profile: ImportProfile, limits: EpisodeLimits
    ) throws(EpisodeRejection) {
        self.label = label
        self.profile = profile
        var arrays = try found.read()
        let recorded = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
        let checks = EpisodeChecks(label: label, arrays: recorded, skipped: found.skipped)
        let needed = Self.needed(profile)
        for name in needed where recorded[name] == nil { throw checks.missing(name) }
        let first = try checks.actions(profile.actions[0])
        stepCount = try checks.stepCount(actions: first, others: needed, stated: nil)
        try checks.finite()
        actions = try Self.actions(checks, profile, first)
        if profile.actions.count > 1 { arrays.append(actions) }
        self.arrays = arrays
        byName = recorded
        if let clock = profile.timestamps {
            try column(clock)
            try checks.clock(clock, gapSeconds: limits.gapSeconds)
        }
        if let flags = profile.interventions { try column(flags) }
        for name in profile.state { try checkState(name) }
    }

    /// The episode with all that the file and the profile say about it.
    func episode(
        named name: String, of url: URL, _ texts: ProfileTexts
    ) throws(EpisodeRejection) -> Episode {
        let (outcome, source) = try outcome(texts, url)
        let words = profile.constants
        let named = profile.attributes
        let metadata = EpisodeMetadata(
            instruction: try texts.text(named.instruction) ?? words.instruction
                ?? TaskNaming.task(ofFile: url),
            embodiment: try embodiment(texts), outcome: outcome, outcomeSource: source,
            stepCount: stepCount, actionArray: actions.name, timestampArray: profile.timestamps,
            interventionArray: profile.interventions, cameras: try cameras(),
            isDemonstration: isDemonstration,
            provenance: Provenance(
                robot: try texts.text(named.robot) ?? words.robot,
                site: try texts.text(named.site) ?? words.site,
                operatorName: try texts.text(named.operator) ?? words.operator,
                policyRelease: try texts.text(named.policy) ?? words.policy,
                calibration: try texts.text(named.calibration) ?? words.calibration,
                licence: try texts.text(named.licence) ?? words.licence,
                recordedAt: try texts.text(named.recordedAt) ?? words.recordedAt),
            sourceFormat: profile.name, sourceEpisode: name)
        return Episode(metadata: metadata, arrays: arrays)
    }

    private static func needed(_ profile: ImportProfile) -> [String] {
        profile.actions + profile.state + profile.cameras.map(\.array)
            + [profile.timestamps, profile.interventions, profile.outcome.array].compactMap { $0 }
    }

    private static func actions(
        _ checks: EpisodeChecks, _ profile: ImportProfile, _ first: EpisodeArray
    ) throws(EpisodeRejection) -> EpisodeArray {
        guard profile.actions.count > 1 else { return first }
        if checks.arrays[joinedActions] != nil {
            throw EpisodeRejection(
                .nameRefused,
                "\(checks.label): it has an array '\(joinedActions)', which is what the profile's "
                    + "actions are joined to; name that array alone")
        }
        let parts = profile.actions.compactMap { checks.arrays[$0] }
        for part in parts where part.elementType == .bool || part.shape.count > 2 {
            throw EpisodeRejection(
                .typeMismatch,
                "\(checks.label): \(part.name) is \(part.elementType) of shape \(part.shape), "
                    + "expected a row of numbers a step")
        }
        return EpisodeArray(joining: parts, as: joinedActions)
    }

    private func column(_ name: String) throws(EpisodeRejection) {
        guard let array = byName[name], array.rowWidth != 1 else { return }
        throw EpisodeRejection(
            .shapeMismatch,
            "\(label): \(name) has shape \(array.shape), expected one number a step")
    }

    private func checkState(_ name: String) throws(EpisodeRejection) {
        guard let array = byName[name] else { return }
        guard array.shape.count <= 2, array.rowWidth > 0, array.elementType != .bool else {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): the state \(name) is \(array.elementType) of shape \(array.shape), "
                    + "expected a row of numbers a step")
        }
    }

    private func embodiment(_ texts: ProfileTexts) throws(EpisodeRejection) -> Embodiment {
        let state = profile.state.compactMap { byName[$0] }
        var rate: Double?
        if let name = profile.controlRateAttribute { rate = try texts.attribute(name)?.number }
        let times = profile.timestamps.flatMap { byName[$0]?.doubles() }
        return EmbodimentNaming.embodiment(
            declared: try texts.text(profile.attributes.embodiment) ?? profile.constants.embodiment,
            family: profile.name,
            state: state.map { .init(array: $0.name, width: $0.rowWidth) },
            actionWidth: actions.rowWidth,
            controlRateHertz: rate ?? EmbodimentNaming.controlRate(of: times)
                ?? profile.controlRateHertz)
    }

    private var isDemonstration: Bool {
        if let stated = profile.isDemonstration { return stated }
        guard let flags = profile.interventions.flatMap({ byName[$0]?.floats() }) else {
            return false
        }
        return !flags.isEmpty && flags.allSatisfy { $0 > 0 }
    }
}

extension ProfiledEpisode {
    /// The first of the attribute, the array's last number and the folder that says one of the words.
    private func outcome(
        _ texts: ProfileTexts, _ url: URL
    ) throws(EpisodeRejection) -> (Outcome, OutcomeSource) {
        let rule = profile.outcome
        if let name = rule.attribute, let value = try texts.attribute(name),
            let outcome = meaning(words(of: value))
        {
            return (outcome, .attribute)
        }
        if let name = rule.array, let last = byName[name]?.doubles().last,
            let outcome = meaning([OutcomeWord(last), OutcomeWord(last == 0 ? "false" : "true")])
        {
            return (outcome, .terminalReward)
        }
        guard rule.folder else { return (.unlabelled, .none) }
        for folder in url.deletingLastPathComponent().pathComponents.reversed() {
            if let outcome = meaning([OutcomeWord(folder)]) { return (outcome, .path) }
        }
        return (.unlabelled, .none)
    }

    private func meaning(_ words: [OutcomeWord]) -> Outcome? {
        for word in words {
            if profile.outcome.success.contains(word) { return .success }
            if profile.outcome.failure.contains(word) { return .failure }
        }
        return nil
    }

    private func words(of value: HDF5Attribute) -> [OutcomeWord] {
        switch value {
        case .flags(let flags):
            flags.prefix(1).flatMap { $0 ? ["true", "1"] : ["false", "0"] }
                .map { OutcomeWord($0) }
        default:
            value.text.map { [OutcomeWord($0.trimmingCharacters(in: .whitespacesAndNewlines))] }
                ?? value.number.map { [OutcomeWord($0)] } ?? []
        }
    }

    private func cameras() throws(EpisodeRejection) -> [Camera] {
        var cameras: [Camera] = []
        for rule in profile.cameras {
            guard let array = byName[rule.array],
                let encoding = Camera.Encoding(rawValue: rule.encoding),
                let order = Camera.ChannelOrder(rawValue: rule.channelOrder)
            else { continue }
            try check(array, encoding)
            cameras.append(
                Camera(
                    name: rule.name, array: rule.array, encoding: encoding, channelOrder: order))
        }
        return cameras
    }

    private func check(
        _ array: EpisodeArray, _ encoding: Camera.Encoding
    ) throws(EpisodeRejection) {
        let isFitting =
            switch encoding {
            case .raw: array.shape.count == 4 && array.shape[3] == 3
            case .jpegRows: array.shape.count == 2 && array.rowWidth >= 2
            // The profile's check has refused it.
            case .video: false
            }
        guard isFitting, array.elementType == .uint8 else {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): the camera \(array.name) is \(array.elementType) of shape "
                    + "\(array.shape), expected bytes of shape "
                    + (encoding == .raw ? "steps x height x width x 3" : "steps x padded length"))
        }
        guard encoding == .jpegRows else { return }
        for step in 0..<stepCount {
            let start = step * array.rowWidth
            guard array.bytes[start] == 0xFF, array.bytes[start + 1] == 0xD8 else {
                throw EpisodeRejection(
                    .frameMalformed,
                    "\(label): \(array.name)[\(step)] does not begin as a JPEG file does; "
                        + "record the episode again, or correct the profile's encoding")
            }
        }
    }
}
