import Batching
import Digests
import Policies

extension MessageValue {
    /// What a server tells a robot that connects: docs/serving.md has the fields.
    static func metadata(
        id: Digest, conditioning: String?, indicator: Indicator, guidance: Float,
        temperature: Float,
        configuration: PolicyConfiguration, robots: [RobotLayout]
    ) -> MessageValue {
        let seesPictures = configuration.cameraCount > 0
        let observations = robots.map { $0.observations(seesPictures: seesPictures) }
        return .named([
            "server": .text("nightshift"),
            "release": .text(id.hex),
            "conditioning": conditioning.map { .text($0) } ?? .null,
            "indicator": .text(indicator.word), "guidance": .number(Double(guidance)),
            "temperature": .number(Double(temperature)),
            "embodiments": .list(
                zip(robots, observations).map { $0.metadata(observation: $1) }),
            "observation": .list(observations.flatMap(\.self).uniqued),
            "tasks": .list(
                configuration.tasks.map {
                    .named([
                        "instruction": .text($0.instruction), "embodiment": .text($0.embodiment),
                    ])
                }),
            "history_length": .integer(Int64(configuration.historyLength)),
            "horizon": .integer(Int64(configuration.horizon)),
            // Half a chunk open-loop: what shadow-evaluate replays by default.
            "executed_steps": .integer(Int64(max(1, configuration.horizon / 2))),
        ])
    }
}

extension RobotLayout {
    fileprivate func metadata(observation: [MessageValue]) -> MessageValue {
        .named([
            "name": .text(specification.name),
            "control_rate_hz": specification.controlRateHertz.map { .number($0) } ?? .null,
            "action_names": .list(
                (0..<specification.actionWidth).map { .text("actions[\($0)]") }),
            "state_names": .list(stateNames.map { .text($0) }),
            "cameras": .list(specification.cameras.map { .text($0) }),
            "observation": .list(observation),
        ])
    }

    fileprivate func observations(seesPictures: Bool) -> [MessageValue] {
        let states = parts.map { part in
            Self.observation(part.key, dtype: "float32", shape: [part.width])
        }
        guard seesPictures else { return states }
        // -1: any height and width.
        return states
            + specification.cameras.map {
                Self.observation($0, dtype: "uint8", shape: [-1, -1, 3])
            }
    }

    private static func observation(_ key: String, dtype: String, shape: [Int]) -> MessageValue {
        .named([
            "key": .text(key), "dtype": .text(dtype),
            "shape": .list(shape.map { .integer(Int64($0)) }),
        ])
    }
}

extension [MessageValue] {
    fileprivate var uniqued: [MessageValue] {
        reduce(into: []) { found, value in if !found.contains(value) { found.append(value) } }
    }
}
