/// What robots saw and were told: a short history of states each, pictures, the embodiment and the
/// task.
///
/// Buffers are reused from step to step: ``resize(to:)`` allocates only when the batch grows.
package struct ObservationBatch: Sendable, Equatable {
    /// Samples in the batch (B).
    package private(set) var count: Int
    package let shape: ObservationShape
    /// B x L x D in the robot's own units, oldest step first.
    ///
    /// An episode's first step is repeated where history is missing. Columns past the
    /// embodiment's own width may hold anything: they are never read.
    package var states: [Float]
    /// B indices of the embodiment, in the order of the policy's configuration.
    package var embodiments: [Int]
    /// B indices of the task: in ``instructions``, or where that is empty, in the policy's
    /// configuration.
    package var tasks: [Int]
    /// Tokens of instructions that need not be in the policy's configuration.
    package var instructions: [[Int]] = []
    /// B x C x P x patch columns, colours in [-1, 1].
    package var patches: [Float]
    /// B x C: whether the picture is there; what is not there is never read.
    package var hasPicture: [Bool]
    /// B x sub-task tokens, the first `<bos>`, -1 behind the text's end; all -1 where there is none.
    package var subtasks: [Int]

    /// Steps of state in each sample (L).
    package var historyLength: Int { shape.historyLength }
    /// State columns of the widest embodiment (D).
    package var stateWidth: Int { shape.stateWidth }

    /// A batch of zeros, without pictures and without sub-tasks.
    package init(count: Int, shape: ObservationShape) {
        precondition(count >= 0, "a batch of \(count) samples")
        self.count = count
        self.shape = shape
        states = Array(repeating: 0, count: count * shape.historyLength * shape.stateWidth)
        embodiments = Array(repeating: 0, count: count)
        tasks = Array(repeating: 0, count: count)
        patches = Array(repeating: 0, count: count * shape.pictureSize)
        hasPicture = Array(repeating: false, count: count * shape.cameraCount)
        subtasks = Array(repeating: -1, count: count * shape.subtaskLength)
    }

    /// A batch of zeros for a policy that sees states only.
    package init(count: Int, historyLength: Int, stateWidth: Int) {
        self.init(
            count: count,
            shape: ObservationShape(historyLength: historyLength, stateWidth: stateWidth))
    }

    /// Changes the number of samples; samples beyond the old number are as after `init`.
    package mutating func resize(to count: Int) {
        self.count = count
        states.resize(to: count * historyLength * stateWidth, filling: 0)
        embodiments.resize(to: count, filling: 0)
        tasks.resize(to: count, filling: 0)
        patches.resize(to: count * shape.pictureSize, filling: 0)
        hasPicture.resize(to: count * shape.cameraCount, filling: false)
        subtasks.resize(to: count * shape.subtaskLength, filling: -1)
    }

    /// Sets a sample's sub-task from tokens that begin with `<bos>`; none where there are none.
    ///
    /// - Precondition: they fit.
    package mutating func setSubtask(_ tokens: [Int], ofSample sample: Int) {
        let length = shape.subtaskLength
        precondition(tokens.count <= length, "\(tokens.count) tokens, \(length) at most")
        for place in 0..<length {
            subtasks[sample * length + place] = place < tokens.count ? tokens[place] : -1
        }
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
