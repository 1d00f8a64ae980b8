package import Digests
package import Episodes
package import Policies

/// What a replay needs of an episode.
package struct ReplayedEpisode: Sendable {
    package let digest: Digest
    package let task: ReplayTask
    package let isSuccess: Bool
    package let stateWidth: Int
    package let actionWidth: Int
    /// T x state width.
    package let states: [Float]
    /// T x action width.
    package let actions: [Float]
    /// T flags.
    package let interventions: [Bool]
    package let controlRateHertz: Double?
    /// Where its pictures are.
    let recording: Episode

    /// T.
    package var stepCount: Int { interventions.count }

    package var taskSpecification: TaskSpecification {
        TaskSpecification(instruction: task.instruction, embodiment: task.embodiment)
    }

    package init(digest: Digest, episode: Episode) throws {
        let metadata = episode.metadata
        self.digest = digest
        task = ReplayTask(
            instruction: metadata.instruction, embodiment: metadata.embodiment.name)
        isSuccess = metadata.outcome == .success
        stateWidth = metadata.embodiment.stateWidth
        actionWidth = metadata.embodiment.actionWidth
        states = try episode.stateMatrix()
        actions = try episode.actionMatrix()
        interventions = try episode.interventions()
        controlRateHertz = metadata.embodiment.controlRateHertz
        recording = episode
    }
}

extension ReplayedEpisode {
    /// T flags: true within `seconds` of a change of a gripper's command, and where a human drove.
    ///
    /// A command changes when it has gone from the lower third of its recorded range to the upper
    /// third or back, so that noise in between does not count.
    func criticalSteps(
        within seconds: Double, grippers: [Int], scale: ActionStatistics.Scale
    ) -> [Bool] {
        var critical = interventions
        let reach = Int((seconds * (controlRateHertz ?? 20)).rounded())
        for column in grippers where column >= 0 && column < actionWidth {
            let third = (scale.high[column] - scale.low[column]) / 3
            guard third > 0 else { continue }
            var isHigh: Bool?
            for step in 0..<stepCount {
                let value = actions[step * actionWidth + column] - scale.low[column]
                guard value < third || value > 2 * third else { continue }
                let now = value > 2 * third
                if let before = isHigh, before != now {
                    for near in max(0, step - reach)...min(stepCount - 1, step + reach) {
                        critical[near] = true
                    }
                }
                isHigh = now
            }
        }
        return critical
    }
}
