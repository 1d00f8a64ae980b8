package import EpisodeStore
package import Episodes
package import Policies

/// Experience as networks take it.
extension ExperienceColumns {
    /// The robots, with the cameras that are looked at.
    package var robots: [EmbodimentSpecification] {
        embodiments.enumerated().map { index, robot in
            EmbodimentSpecification(robot, cameras: pictures?.cameras[index] ?? [])
        }
    }

    /// The tasks, in the columns' order.
    package var taskSpecifications: [TaskSpecification] {
        tasks.map { TaskSpecification(instruction: $0.instruction, embodiment: $0.embodiment) }
    }

    /// What reads pictures for a network with such patches; nil where there are none.
    package func pictureReader(patchSize: Int) -> PictureReader? {
        pictures.map { PictureReader($0, patchSide: patchSize) }
    }
}

extension EmbodimentSpecification {
    /// The numbers that a network needs of a robot.
    package init(_ embodiment: Embodiment, cameras: [String] = []) {
        self.init(
            name: embodiment.name, stateWidth: embodiment.stateWidth,
            actionWidth: embodiment.actionWidth, controlRateHertz: embodiment.controlRateHertz,
            cameras: cameras,
            observations: embodiment.state.map { .init(key: $0.key, width: $0.width) })
    }
}
