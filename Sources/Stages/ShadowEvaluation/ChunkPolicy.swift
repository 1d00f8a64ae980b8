package import Batching
package import Policies

/// What is asked of a policy when experience is replayed through it.
package protocol ChunkPolicy {
    /// Robots, tasks and shapes.
    var configuration: PolicyConfiguration { get }

    /// B x horizon x action width actions in the robots' units; the same seed, the same noise.
    func chunks(for observations: ObservationBatch, noiseSeed: UInt64) throws -> [Float]
}

extension ChunkPolicy {
    /// The observations at the given steps of one episode; nil where the policy was not trained on
    /// its task, or knows the robot with vectors of other widths.
    ///
    /// `states` is T x `stateWidth`, row-major.
    func observations(
        of states: [Float], stateWidth: Int, actionWidth: Int, task: TaskSpecification,
        at steps: [Int]
    ) -> ObservationBatch? {
        guard let taskIndex = configuration.tasks.firstIndex(of: task),
            let robot = configuration.embodiments.firstIndex(where: { $0.name == task.embodiment }),
            configuration.embodiments[robot].stateWidth == stateWidth,
            configuration.embodiments[robot].actionWidth == actionWidth
        else { return nil }
        var batch = ObservationBatch(
            count: steps.count, historyLength: configuration.historyLength,
            stateWidth: configuration.stateWidth)
        for (sample, step) in steps.enumerated() {
            batch.embodiments[sample] = robot
            batch.tasks[sample] = taskIndex
            for age in 0..<batch.historyLength {
                let source = max(0, step - (batch.historyLength - 1 - age)) * stateWidth
                let target = (sample * batch.historyLength + age) * batch.stateWidth
                for column in 0..<stateWidth {
                    batch.states[target + column] = states[source + column]
                }
            }
        }
        return batch
    }
}
