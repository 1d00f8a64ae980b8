package import Batching
private import Glibc
import Layers
import Tensors
import Tokenizers

/// Writing the next sub-task.
extension FlowPolicy {
    /// The sub-task that the policy would do next, as tokens for
    /// ``ObservationBatch/setSubtask(_:ofSample:)``; observations' own sub-tasks are not looked at.
    ///
    /// Temperature 0 takes the likeliest token each time; others draw, the same for the same seed.
    /// Keys and values of what was read and written are computed once.
    /// - Throws: ``PolicyError`` if the observations do not fit, or the policy writes no text.
    package func subtasks(
        for observations: ObservationBatch, temperature: Float = 0, seed: UInt64 = 0
    ) throws(PolicyError) -> [[Int]] {
        try network.trunk.check(observations)
        guard configuration.subtaskLength > 0 else {
            throw PolicyError(
                .observationMismatch,
                "writing a sub-task: this policy was made without text out (subtaskLength 0); "
                    + "train one with a subtaskLength of 1 or more")
        }
        precondition(temperature >= 0, "temperature \(temperature)")
        var texts: [[Int]] = []
        for rows in slabs(of: observations.count) {
            texts += actingWorkspaces.with { work in
                write(
                    observations, rows: rows, temperature: temperature,
                    CounterRandom(seed: seed, purpose: .sampling), work)
            }
        }
        return texts
    }

    /// The words of a sub-task's tokens.
    ///
    /// - Throws: if a token is not the tokenizer's.
    package func text(of subtask: [Int]) throws -> String {
        let special = [configuration.tokenizer.beginningOfText, configuration.endOfText]
        return try configuration.tokenizer.decode(subtask.filter { !special.contains($0) })
    }

    private func write(
        _ observations: ObservationBatch, rows: Range<Int>, temperature: Float,
        _ random: CounterRandom, _ work: ActingWorkspace
    ) -> [[Int]] {
        let trunk = network.trunk
        let start = trunk.configuration.subtaskStart
        var observations = observations
        for sample in rows { observations.setSubtask([], ofSample: sample) }
        let kinds = Array(repeating: Indicator.absent.row, count: rows.count)
        trunk.forward(
            observations, rows: rows, tokens: 0..<start, kinds: kinds[...], cache: work.cache,
            parameters, work.trunk)
        var texts = Array(
            repeating: [configuration.tokenizer.beginningOfText], count: rows.count)
        var isOpen = Array(repeating: true, count: rows.count)
        for place in 0..<configuration.subtaskLength where isOpen.contains(true) {
            for (row, sample) in rows.enumerated() {
                observations.setSubtask(texts[row], ofSample: sample)
            }
            trunk.forward(
                observations, rows: rows, tokens: (start + place)..<(start + place + 1),
                kinds: kinds[...], cache: work.cache, parameters, work.step)
            let logits = newBlock(rows.count, configuration.vocabularySize)
            Products.multiply(
                work.step.readings.prefix(rows: rows.count),
                transposed: trunk.words.table.block(in: parameters), into: logits)
            for (row, sample) in rows.enumerated() where isOpen[row] {
                let draw = random.uniform(step: place, sample: sample)
                let token = Self.token(
                    logits.rows(row..<(row + 1)), temperature: temperature, draw: draw)
                isOpen[row] =
                    token != configuration.endOfText && place + 1 < configuration.subtaskLength
                if isOpen[row] { texts[row].append(token) }
            }
        }
        return texts
    }

    private static func token(_ logits: Block, temperature: Float, draw: Double) -> Int {
        var best = 0
        for index in 0..<logits.columns where logits[0, index] > logits[0, best] { best = index }
        guard temperature > 0 else { return best }
        let most = logits[0, best]
        let masses = (0..<logits.columns).map {
            Double(exp((logits[0, $0] - most) / temperature))
        }
        var left = draw * masses.reduce(0, +)
        for (index, mass) in masses.enumerated() {
            left -= mass
            if left < 0 { return index }
        }
        return best
    }
}
