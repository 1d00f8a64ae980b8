/// What robots saw: a short history of states each, with the embodiment and the task.
///
/// Buffers are reused from step to step: ``resize(to:)`` allocates only when the batch grows.
package struct ObservationBatch: Sendable, Equatable {
    /// Samples in the batch (B).
    package private(set) var count: Int
    /// Steps of state in each sample (L).
    package let historyLength: Int
    /// State columns of the widest embodiment (D).
    package let stateWidth: Int
    /// B x L x D in the robot's own units, oldest step first.
    ///
    /// An episode's first step is repeated where history is missing. Columns past the
    /// embodiment's own width may hold anything: they are never read.
    package var states: [Float]
    /// B indices of the embodiment, in the order of the policy's configuration.
    package var embodiments: [Int]
    /// B indices of the task, in the order of the policy's configuration.
    package var tasks: [Int]

    /// A batch of zeros.
    package init(count: Int, historyLength: Int, stateWidth: Int) {
        precondition(
            count >= 0 && historyLength > 0 && stateWidth > 0,
            "batch of \(count) samples, \(historyLength) steps, \(stateWidth) columns")
        self.count = count
        self.historyLength = historyLength
        self.stateWidth = stateWidth
        states = Array(repeating: 0, count: count * historyLength * stateWidth)
        embodiments = Array(repeating: 0, count: count)
        tasks = Array(repeating: 0, count: count)
    }

    /// Changes the number of samples; samples beyond the old number are zeros.
    package mutating func resize(to count: Int) {
        self.count = count
        states.resize(to: count * historyLength * stateWidth, filling: 0)
        embodiments.resize(to: count, filling: 0)
        tasks.resize(to: count, filling: 0)
    }
}

extension Array {
    /// Drops elements from the end, or appends copies of one.
    mutating func resize(to count: Int, filling element: Element) {
        if count < self.count {
            removeLast(self.count - count)
        } else {
            append(contentsOf: repeatElement(element, count: count - self.count))
        }
    }
}
