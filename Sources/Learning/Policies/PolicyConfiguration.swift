/// The shape of a policy network, and the robots and tasks that it knows.
package struct PolicyConfiguration: Codable, Sendable, Equatable {
    /// The preset's name that this started from.
    package let preset: String
    package let embodiments: [EmbodimentSpecification]
    package let tasks: [TaskSpecification]
    /// Steps of state that the policy sees.
    package let historyLength: Int
    /// Steps of action in a chunk.
    package let horizon: Int
    /// Columns of the residual stream.
    package let width: Int
    /// Residual blocks.
    package let blocks: Int
    /// Columns inside a block, as a multiple of `width`.
    package let expansion: Int
    /// Columns of the vector that flow time, indicator and task modulate the blocks with.
    package let conditionWidth: Int
    /// Octaves of sines and cosines of each state column.
    package let octaves: Int
    /// Euler steps from noise to action.
    package let integrationSteps: Int

    package init(
        preset: String, embodiments: [EmbodimentSpecification], tasks: [TaskSpecification],
        historyLength: Int, horizon: Int, width: Int, blocks: Int, expansion: Int,
        conditionWidth: Int, octaves: Int, integrationSteps: Int
    ) {
        self.preset = preset
        self.embodiments = embodiments
        self.tasks = tasks
        self.historyLength = historyLength
        self.horizon = horizon
        self.width = width
        self.blocks = blocks
        self.expansion = expansion
        self.conditionWidth = conditionWidth
        self.octaves = octaves
        self.integrationSteps = integrationSteps
    }

    /// The names that ``preset(_:embodiments:tasks:)`` knows.
    package static let presetNames = ["tiny"]

    /// A preset for these robots and tasks.
    ///
    /// `tiny` sees states only, has under a million parameters for usual robots, and trains in
    /// minutes on a core.
    /// - Throws: ``PolicyError`` if there is no such preset, or the robots or tasks are invalid.
    package static func preset(
        _ name: String, embodiments: [EmbodimentSpecification], tasks: [TaskSpecification]
    ) throws(PolicyError) -> PolicyConfiguration {
        guard name == "tiny" else {
            throw PolicyError(
                .presetUnknown,
                "choosing a network: there is no preset '\(name)'; "
                    + "try one of: \(presetNames.joined(separator: ", "))")
        }
        let configuration = PolicyConfiguration(
            preset: name, embodiments: embodiments, tasks: tasks, historyLength: 2, horizon: 16,
            width: 192, blocks: 3, expansion: 2, conditionWidth: 64, octaves: 3,
            integrationSteps: 10)
        try configuration.validate()
        return configuration
    }

    /// State columns of the widest embodiment (D).
    package var stateWidth: Int { embodiments.map(\.stateWidth).max() ?? 0 }
    /// Action columns of the widest embodiment (A).
    package var actionWidth: Int { embodiments.map(\.actionWidth).max() ?? 0 }

    /// - Throws: ``PolicyError`` that lists every problem.
    package func validate() throws(PolicyError) {
        let sizes = [
            ("historyLength", historyLength), ("horizon", horizon), ("width", width),
            ("blocks", blocks), ("expansion", expansion), ("conditionWidth", conditionWidth),
            ("octaves", octaves), ("integrationSteps", integrationSteps),
        ]
        var problems = sizeProblems(sizes) + vocabularyProblems(embodiments, tasks)
        if blocks > 256 { problems.append("blocks is \(blocks), expected 256 at most") }
        if octaves > 16 { problems.append("octaves is \(octaves), expected 16 at most") }
        try throwing(problems, about: "a policy's configuration")
    }
}
