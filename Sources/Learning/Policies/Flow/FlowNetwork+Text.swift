import Batching
import Layers
import Tensors

/// Words: the next token of the sub-task, where experience is annotated with one.
extension FlowNetwork {
    /// The text's part of the sum of losses; logits and readings hold its gradient afterwards.
    ///
    /// Flow's sum is divided by the batch's flow weight, so text's mean is multiplied by it.
    func textLoss(
        _ batch: PolicyBatch, rows: Range<Int>, factor: Float, parameters: Arena,
        _ work: FlowWorkspace
    ) -> Double {
        let length = configuration.subtaskLength
        let count = rows.count * length
        guard count > 0 else { return 0 }
        let targetCount = batch.observations.subtasks.count { $0 >= 0 }
        let dReadings = work.dTextReadings.prefix(rows: count)
        dReadings.fill(0)
        work.textFactor = 0
        guard targetCount > 0, configuration.subtaskLossWeight > 0 else { return 0 }
        let scale = configuration.subtaskLossWeight * flowWeight(of: batch) / Double(targetCount)
        fillTargets(batch.observations, rows: rows, scale: Float(scale), work)
        let readings = work.textReadings.prefix(rows: count)
        let logits = work.logits.prefix(rows: count)
        let words = trunk.words.table
        Products.multiply(readings, transposed: words.block(in: parameters), into: logits)
        let sum = Losses.tokenCrossEntropy(
            logits, targets: work.textTargets[..<count],
            weights: work.textWeights.columns(0..<count), factor: factor)
        Products.multiply(logits, words.block(in: parameters), into: dReadings)
        work.textFactor = factor
        return sum
    }

    /// Adds to the gradient of the table of words.
    func textBackward(samples: Int, gradients: Arena, _ work: FlowWorkspace) {
        let count = samples * configuration.subtaskLength
        guard count > 0, work.textFactor != 0 else { return }
        Products.multiply(
            transposed: work.logits.prefix(rows: count), work.textReadings.prefix(rows: count),
            into: trunk.words.table.block(in: gradients), mode: .accumulating)
    }

    private func fillTargets(
        _ batch: ObservationBatch, rows: Range<Int>, scale: Float, _ work: FlowWorkspace
    ) {
        let length = configuration.subtaskLength
        for (row, sample) in rows.enumerated() {
            let text = batch.subtasks[(sample * length)..<((sample + 1) * length)]
            for place in 0..<length {
                let index = text.startIndex + place
                let next = place + 1 < length ? text[index + 1] : -1
                work.textTargets[row * length + place] =
                    text[index] < 0 ? -1 : (next < 0 ? configuration.endOfText : next)
                work.textWeights[0, row * length + place] = scale
            }
        }
    }
}
