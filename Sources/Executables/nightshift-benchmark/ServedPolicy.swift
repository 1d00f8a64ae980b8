import Foundation
import Policies

/// An untrained `tiny` policy for the robot of the sample's recordings: 17 state columns, 4 actions.
func writeServedPolicy(to file: String) throws {
    let robot = EmbodimentSpecification(
        name: "sawyer", stateWidth: 17, actionWidth: 4, controlRateHertz: 80,
        observations: [
            .init(key: "goal_position", width: 3), .init(key: "gripper_opening", width: 1),
            .init(key: "hand_position", width: 3), .init(key: "object_orientation", width: 4),
            .init(key: "object_position", width: 3),
            .init(key: "second_object_position", width: 3),
        ])
    let policy = try FlowPolicy(
        configuration: .preset(
            "tiny", embodiments: [robot],
            tasks: Measured.tasks.map { .init(instruction: $0, embodiment: robot.name) }),
        normaliser: Normaliser(
            ranges: [
                .init(
                    embodiment: robot.name, stateLow: Array(repeating: -1, count: 17),
                    stateHigh: Array(repeating: 1, count: 17),
                    actionLow: Array(repeating: -1, count: 4),
                    actionHigh: Array(repeating: 1, count: 4))
            ]), seed: 1)
    try Data(policy.checkpoint()).write(to: URL(fileURLWithPath: file))
}
