import Batching

extension Trunk {
    /// Whether a batch fits.
    ///
    /// - Throws: ``PolicyError`` that says what was found and what was expected.
    func check(_ batch: ObservationBatch) throws(PolicyError) {
        guard batch.shape == configuration.shape else {
            throw mismatch("found \(batch.shape), expected \(configuration.shape)")
        }
        let table = batch.instructions.isEmpty ? instructions : batch.instructions
        for sample in 0..<batch.count {
            let (embodiment, task) = (batch.embodiments[sample], batch.tasks[sample])
            guard (0..<configuration.embodimentCount).contains(embodiment) else {
                throw mismatch(
                    "sample \(sample) is of embodiment \(embodiment), expected one of the "
                        + "\(configuration.embodimentCount) that the network knows")
            }
            guard table.indices.contains(task) else {
                throw mismatch(
                    "sample \(sample) has task \(task), expected one of \(table.count)")
            }
        }
        try checkWords(table)
        if let word = batch.subtasks.first(where: { $0 >= configuration.vocabularySize }) {
            throw mismatch(
                "a sub-task has token \(word), expected less than \(configuration.vocabularySize)")
        }
    }

    private func checkWords(_ table: [[Int]]) throws(PolicyError) {
        for tokens in table {
            guard tokens.count <= configuration.instructionLength else {
                throw mismatch(
                    "an instruction has \(tokens.count) tokens, expected "
                        + "\(configuration.instructionLength) at most; shorten it")
            }
            guard tokens.allSatisfy({ (0..<configuration.vocabularySize).contains($0) }) else {
                throw mismatch(
                    "an instruction has a token beyond the \(configuration.vocabularySize) that "
                        + "the network knows")
            }
        }
    }

    private func mismatch(_ problem: String) -> PolicyError {
        PolicyError(.observationMismatch, "checking observations: \(problem)")
    }
}
