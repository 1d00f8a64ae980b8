/// The shape of a value network, and the robots and tasks that it knows.
package struct ValueConfiguration: Codable, Sendable, Equatable {
    package let embodiments: [EmbodimentSpecification]
    package let tasks: [TaskSpecification]
    /// Steps of state that the network sees.
    package let historyLength: Int
    /// Columns of each hidden layer.
    package let width: Int
    /// Hidden layers.
    package let depth: Int
    /// Bins of the return on [-1, 0]; the lowest is failure.
    package let bins: Int
    /// Octaves of sines and cosines of each state column.
    package let octaves: Int

    package init(
        embodiments: [EmbodimentSpecification], tasks: [TaskSpecification],
        historyLength: Int = 2, width: Int = 256, depth: Int = 2, bins: Int = 201, octaves: Int = 1
    ) throws(PolicyError) {
        self.embodiments = embodiments
        self.tasks = tasks
        self.historyLength = historyLength
        self.width = width
        self.depth = depth
        self.bins = bins
        self.octaves = octaves
        try validate()
    }

    /// State columns of the widest embodiment (D).
    package var stateWidth: Int { embodiments.map(\.stateWidth).max() ?? 0 }

    /// - Throws: ``PolicyError`` that lists every problem.
    package func validate() throws(PolicyError) {
        var problems = sizeProblems([
            ("historyLength", historyLength), ("width", width), ("depth", depth),
            ("octaves", octaves),
        ])
        if !(3...10_000).contains(bins) { problems.append("bins is \(bins), expected 3 to 10000") }
        if depth > 256 { problems.append("depth is \(depth), expected 256 at most") }
        if octaves > 16 { problems.append("octaves is \(octaves), expected 16 at most") }
        problems += vocabularyProblems(embodiments, tasks)
        try throwing(problems, about: "a value function's configuration")
    }
}
