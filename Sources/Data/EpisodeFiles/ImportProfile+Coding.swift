// Absent values are written as null, so that every key of a profile is known to who looks for the
// nearest one of a key that was mistyped. What is absent when read keeps its default.

extension ImportProfile {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, files, episodes, actions, state, cameras, timestamps, interventions, outcome
        case attributes, constants, controlRateAttribute, controlRateHertz, isDemonstration
    }

    /// Writes every key.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(files, forKey: .files)
        try container.encode(episodes, forKey: .episodes)
        try container.encode(actions, forKey: .actions)
        try container.encode(state, forKey: .state)
        try container.encode(cameras, forKey: .cameras)
        try container.encode(timestamps, forKey: .timestamps)
        try container.encode(interventions, forKey: .interventions)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(attributes, forKey: .attributes)
        try container.encode(constants, forKey: .constants)
        try container.encode(controlRateAttribute, forKey: .controlRateAttribute)
        try container.encode(controlRateHertz, forKey: .controlRateHertz)
        try container.encode(isDemonstration, forKey: .isDemonstration)
    }
}

extension ImportProfile.CameraRule {
    enum CodingKeys: String, CodingKey { case name, array, encoding, channelOrder }

    /// Reads a camera of a list, which defaults do not fill in.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            array: try container.decode(String.self, forKey: .array),
            encoding: try container.decodeIfPresent(String.self, forKey: .encoding) ?? "raw",
            channelOrder: try container.decodeIfPresent(String.self, forKey: .channelOrder)
                ?? "rgb")
    }
}

extension ImportProfile.OutcomeRule {
    enum CodingKeys: String, CodingKey { case attribute, array, folder, success, failure }

    /// Writes every key.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attribute, forKey: .attribute)
        try container.encode(array, forKey: .array)
        try container.encode(folder, forKey: .folder)
        try container.encode(success, forKey: .success)
        try container.encode(failure, forKey: .failure)
    }
}

extension ProfileWords {
    enum CodingKeys: String, CodingKey {
        case instruction, embodiment, robot, site, `operator`, policy, calibration, licence
        case recordedAt
    }

    /// Writes every key.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(instruction, forKey: .instruction)
        try container.encode(embodiment, forKey: .embodiment)
        try container.encode(robot, forKey: .robot)
        try container.encode(site, forKey: .site)
        try container.encode(`operator`, forKey: .operator)
        try container.encode(policy, forKey: .policy)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(licence, forKey: .licence)
        try container.encode(recordedAt, forKey: .recordedAt)
    }
}
