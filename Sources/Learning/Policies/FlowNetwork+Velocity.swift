import Batching
import Layers
import Tensors

/// The way forth and the way back, side by side.
extension FlowNetwork {
    /// What the observation contributes: `observed` of the workspace, for every flow time.
    func observe(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, _ work: FlowWorkspace
    ) {
        state.forward(batch, rows: rows, parameters, work.state)
        stateOutput.forward(
            work.state.active.prefix(rows: rows.count), parameters,
            into: work.observed.prefix(rows: rows.count))
    }

    /// Velocity at `point` and `times` of the workspace, given what was observed.
    func velocity(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, _ work: FlowWorkspace
    ) {
        let count = rows.count
        condition(batch, rows: rows, parameters, work)
        let stream = work.streams[0].prefix(rows: count)
        stream.set(work.observed.prefix(rows: count))
        indicator.forward(work.indicators[..<count], parameters, addingTo: stream)
        actionInput.forward(
            work.point.prefix(rows: count), parameters, into: stream, mode: .accumulating)
        let modulation = work.modulation.prefix(rows: count)
        for (index, block) in blocks.enumerated() {
            block.forward(
                work.streams[index].prefix(rows: count),
                modulation: modulation.columns(modulationColumns(ofBlock: index)), parameters,
                work.blocks[index], into: work.streams[index + 1].prefix(rows: count))
        }
        lastNorm.forward(
            work.streams[blocks.count].prefix(rows: count),
            modulation: modulation.columns(lastModulationColumns), work.lastNorm,
            into: work.last.prefix(rows: count))
        output.forward(
            work.last.prefix(rows: count), parameters, into: work.velocity.prefix(rows: count))
    }

    /// Gradients of all parameters from that of the velocity, which the workspace holds.
    func velocityBackward(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, gradients: Arena,
        _ work: FlowWorkspace
    ) {
        let count = rows.count
        let stream = work.gradients.stream.prefix(rows: count)
        let last = work.gradients.last.prefix(rows: count)
        let modulation = work.modulation.prefix(rows: count)
        let dModulation = work.gradients.modulation.prefix(rows: count)
        output.backward(
            work.last.prefix(rows: count), dY: work.gradients.velocity.prefix(rows: count),
            parameters, gradients, into: last)
        lastNorm.backward(
            dY: last, modulation: modulation.columns(lastModulationColumns), work.lastNorm,
            intoModulation: dModulation.columns(lastModulationColumns), into: stream)
        for (index, block) in blocks.enumerated().reversed() {
            let columns = modulationColumns(ofBlock: index)
            block.backward(
                gradient: stream, modulation: modulation.columns(columns), parameters,
                work.blocks[index], gradients, intoModulation: dModulation.columns(columns),
                scratch: work.gradients.scratch)
        }
        actionInput.backward(
            work.point.prefix(rows: count), dY: stream, parameters, gradients, into: nil)
        indicator.backward(work.indicators[..<count], dY: stream, gradients)
        conditionBackward(batch, rows: rows, parameters, gradients, work)
        let dState = work.gradients.state.prefix(rows: count)
        stateOutput.backward(
            work.state.active.prefix(rows: count), dY: stream, parameters, gradients, into: dState)
        state.backward(batch, rows: rows, gradient: dState, parameters, gradients, work.state)
    }

    /// Flow time, task and indicator as one vector, and the modulation of all blocks by it.
    private func condition(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ work: FlowWorkspace
    ) {
        let count = rows.count
        let features = work.timeFeatures.prefix(rows: count)
        let timeHidden = work.timeHidden.prefix(rows: count)
        let timeActive = work.timeActive.prefix(rows: count)
        let hidden = work.conditionHidden.prefix(rows: count)
        let condition = work.condition.prefix(rows: count)
        Encodings.encodeTimes(
            work.times.columns(0..<count), frequencies: frequencies, into: features)
        timeInput.forward(features, parameters, into: timeHidden)
        timeActivation.forward(timeHidden, parameters, into: timeActive)
        timeOutput.forward(timeActive, parameters, into: hidden)
        conditionTask.forward(batch.tasks[rows], parameters, addingTo: hidden)
        conditionIndicator.forward(work.indicators[..<count], parameters, addingTo: hidden)
        conditionActivation.forward(hidden, parameters, into: condition)
        modulation.forward(condition, parameters, into: work.modulation.prefix(rows: count))
    }

    private func conditionBackward(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ gradients: Arena,
        _ work: FlowWorkspace
    ) {
        let count = rows.count
        let d = work.gradients.condition.prefix(rows: count)
        let dTime = work.gradients.time.prefix(rows: count)
        modulation.backward(
            work.condition.prefix(rows: count), dY: work.gradients.modulation.prefix(rows: count),
            parameters, gradients, into: d)
        conditionActivation.backward(
            work.conditionHidden.prefix(rows: count), gradient: d, gradients)
        conditionTask.backward(batch.tasks[rows], dY: d, gradients)
        conditionIndicator.backward(work.indicators[..<count], dY: d, gradients)
        timeOutput.backward(
            work.timeActive.prefix(rows: count), dY: d, parameters, gradients, into: dTime)
        timeActivation.backward(work.timeHidden.prefix(rows: count), gradient: dTime, gradients)
        timeInput.backward(
            work.timeFeatures.prefix(rows: count), dY: dTime, parameters, gradients, into: nil)
    }
}
