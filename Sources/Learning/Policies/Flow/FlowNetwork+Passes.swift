import Batching
import Layers
import Tensors

/// The way forth and the way back of training, side by side.
extension FlowNetwork {
    /// Velocity at `point` and `times` of the workspace, and readings of the sub-task's tokens.
    func forward(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, _ work: FlowWorkspace
    ) {
        let samples = rows.count
        trunk.forward(
            batch, rows: rows, tokens: 0..<trunk.configuration.tokenCount,
            kinds: work.kinds[..<samples], cache: nil, parameters, work.trunk)
        splitReadings(samples: samples, work)
        work.expert.see(work.trunk.visibility, samples: samples, expert)
        expert.modulate(times: work.times.columns(0..<samples), parameters, work.expert)
        expert.readOut(work.reading.prefix(rows: samples), parameters, work.expert)
        expert.forward(
            samples: samples, keys: trunkKeys(work, wantsGradients: false),
            modulation: work.expert.modulation.prefix(rows: samples), parameters, work.expert)
    }

    /// Gradients of all parameters from those of velocity and text readings.
    func backward(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, gradients: Arena,
        _ work: FlowWorkspace
    ) {
        let samples = rows.count
        let isInsulated = configuration.insulatesTrunk
        let dReading = work.dReading.prefix(rows: samples)
        work.trunk.clearKeyGradients()
        expert.backward(
            samples: samples, keys: trunkKeys(work, wantsGradients: !isInsulated),
            reading: work.reading.prefix(rows: samples), into: isInsulated ? nil : dReading,
            parameters, gradients, work.expert)
        if isInsulated { dReading.fill(0) }
        textBackward(samples: samples, gradients: gradients, work)
        joinReadingGradients(samples: samples, work)
        trunk.backward(batch, rows: rows, parameters, gradients, work.trunk)
    }

    private func trunkKeys(_ work: FlowWorkspace, wantsGradients: Bool) -> [Attention.Keys] {
        let tokens = trunk.configuration.tokenCount
        return trunk.layers.indices.map { index in
            let dQKV = work.trunk.dQKV(index)
            return trunk.attention.keys(
                of: work.trunk.layers[index].qkv.prefix(rows: dQKV.rows), count: tokens,
                rows: tokens, gradients: wantsGradients ? dQKV : nil)
        }
    }

    /// Of each sample's readings, the last is the last token's, the others the sub-task's.
    private func splitReadings(samples: Int, _ work: FlowWorkspace) {
        let text = configuration.subtaskLength
        for sample in 0..<samples {
            let start = sample * (text + 1)
            work.textReadings.rows((sample * text)..<((sample + 1) * text)).set(
                work.trunk.readings.rows(start..<(start + text)))
            work.reading.rows(sample..<(sample + 1)).set(
                work.trunk.readings.rows((start + text)..<(start + text + 1)))
        }
    }

    private func joinReadingGradients(samples: Int, _ work: FlowWorkspace) {
        let text = configuration.subtaskLength
        for sample in 0..<samples {
            let start = sample * (text + 1)
            work.trunk.dReadings.rows(start..<(start + text)).set(
                work.dTextReadings.rows((sample * text)..<((sample + 1) * text)))
            work.trunk.dReadings.rows((start + text)..<(start + text + 1)).set(
                work.dReading.rows(sample..<(sample + 1)))
        }
    }
}
