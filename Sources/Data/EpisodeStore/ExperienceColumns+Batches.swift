package import Batching

/// Windows of steps as the model package takes them.
extension ExperienceColumns {
    /// Fills sample `sample` with what the robot saw at `step` of an episode, and just before.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func fill(
        _ batch: inout ObservationBatch, sample: Int, from entry: Entry, step: Int,
        buffer: inout [Float]
    ) throws {
        let first = max(0, step - batch.historyLength + 1)
        try read(
            rows: (entry.firstRow + first)..<(entry.firstRow + step + 1), into: &buffer)
        copyStates(into: &batch, sample: sample, entry, step: step, firstStep: first, buffer)
    }

    /// Fills sample `sample` with the same, and with the actions that followed.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func fill(
        _ batch: inout PolicyBatch, sample: Int, from entry: Entry, step: Int,
        buffer: inout [Float]
    ) throws {
        let first = max(0, step - batch.observations.historyLength + 1)
        let end = min(entry.stepCount, step + batch.horizon)
        try read(rows: (entry.firstRow + first)..<(entry.firstRow + end), into: &buffer)
        copyStates(
            into: &batch.observations, sample: sample, entry, step: step, firstStep: first, buffer)
        for offset in 0..<batch.horizon {
            let isInside = step + offset < end
            batch.actionMask[sample * batch.horizon + offset] = isInside ? 1 : 0
            let target = (sample * batch.horizon + offset) * actionWidth
            // Behind the episode's end the last action is repeated; the mask hides it.
            let source = (min(step + offset, end - 1) - first) * rowWidth + stateWidth
            for column in 0..<actionWidth {
                batch.actions[target + column] = buffer[source + column]
            }
        }
    }

    /// Fills `batch` with the observations of an episode at `steps`.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func fill(
        _ batch: inout ObservationBatch, with entry: Entry, steps: Range<Int>,
        buffer: inout [Float]
    ) throws {
        batch.resize(to: steps.count)
        let first = max(0, steps.lowerBound - batch.historyLength + 1)
        try read(
            rows: (entry.firstRow + first)..<(entry.firstRow + steps.upperBound), into: &buffer)
        for (sample, step) in steps.enumerated() {
            copyStates(into: &batch, sample: sample, entry, step: step, firstStep: first, buffer)
        }
    }

    private func copyStates(
        into batch: inout ObservationBatch, sample: Int, _ entry: Entry, step: Int,
        firstStep: Int, _ rows: [Float]
    ) {
        batch.tasks[sample] = entry.task
        batch.embodiments[sample] = embodimentOfTask[entry.task]
        for age in 0..<batch.historyLength {
            let source =
                (max(0, step - batch.historyLength + 1 + age) - firstStep) * rowWidth
            let target = (sample * batch.historyLength + age) * stateWidth
            for column in 0..<stateWidth {
                batch.states[target + column] = rows[source + column]
            }
        }
    }
}
