/// A kind of robot, as far as its vectors go.
package struct EmbodimentSpecification: Codable, Sendable, Equatable {
    /// A named part of the state vector.
    package struct Observation: Codable, Sendable, Equatable {
        /// What robots call it, such as `hand_position`.
        package let key: String
        /// Columns of the state that it fills.
        package let width: Int

        package init(key: String, width: Int) {
            self.key = key
            self.width = width
        }
    }

    package let name: String
    /// Columns of this robot's state.
    package let stateWidth: Int
    /// Columns of this robot's action.
    package let actionWidth: Int
    /// Control ticks a second, where known.
    package let controlRateHertz: Double?
    /// Names of its cameras, in the order of the policy's slots.
    package let cameras: [String]
    /// What the state is made of, side by side in this order; nil where nobody said.
    package let observations: [Observation]?

    package init(
        name: String, stateWidth: Int, actionWidth: Int, controlRateHertz: Double? = nil,
        cameras: [String] = [], observations: [Observation]? = nil
    ) {
        self.name = name
        self.cameras = cameras
        self.stateWidth = stateWidth
        self.actionWidth = actionWidth
        self.controlRateHertz = controlRateHertz
        self.observations = observations
    }
}

/// What a robot is asked to do.
package struct TaskSpecification: Codable, Sendable, Equatable {
    /// The instruction in words, which names the task.
    package let instruction: String
    /// The name of the embodiment that does it.
    package let embodiment: String

    package init(instruction: String, embodiment: String) {
        self.instruction = instruction
        self.embodiment = embodiment
    }
}
