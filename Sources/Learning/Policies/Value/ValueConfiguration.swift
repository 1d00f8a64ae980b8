package import Batching
package import Tokenizers

/// The shape of a value network, and the robots, tasks and words that it knows.
///
/// docs/model.md says what each size means.
package struct ValueConfiguration: Codable, Sendable, Equatable {
    package var embodiments: [EmbodimentSpecification]
    package var tasks: [TaskSpecification]
    package var tokenizer: BytePairTokenizer
    /// Steps of state that the network sees.
    package var historyLength: Int
    /// Octaves of sines and cosines of each state column.
    package var octaves: Int
    /// Gains that differences of pairs of state columns are seen at; none for none.
    package var pairGains: [Float]
    /// Pixels of a camera's square picture, and of a patch; 0 for a network without cameras.
    package var imageSize: Int, patchSize: Int
    /// Tokens of instruction at most.
    package var instructionLength: Int
    /// Rows of the table of tokens.
    package var vocabularySize: Int
    package var trunk: TrunkSize
    /// Bins of the return on [-1, 0]; the lowest is failure.
    package var bins: Int

    /// A smaller trunk for what a policy sees, with the policy's words.
    package init(
        for policy: PolicyConfiguration, trunk: TrunkSize? = nil, bins: Int = 201
    ) throws(PolicyError) {
        embodiments = policy.embodiments
        tasks = policy.tasks
        tokenizer = policy.tokenizer
        historyLength = policy.historyLength
        octaves = 1
        pairGains = policy.pairGains
        (imageSize, patchSize) = (policy.imageSize, policy.patchSize)
        instructionLength = policy.instructionLength
        vocabularySize = policy.vocabularySize
        self.trunk = trunk ?? Self.trunk(beside: policy.trunk)
        self.bins = bins
        try validate()
    }

    /// Half as deep and no wider than the policy's.
    private static func trunk(beside policy: TrunkSize) -> TrunkSize {
        var size = policy
        size.layers = max(2, policy.layers / 2)
        return size
    }

    /// State columns of the widest embodiment (D).
    package var stateWidth: Int { embodiments.map(\.stateWidth).max() ?? 0 }

    /// What an observation of this network holds.
    package var observationShape: ObservationShape {
        let patches = imageSize > 0 ? imageSize / patchSize : 0
        let cameras = imageSize > 0 ? embodiments.map(\.cameras.count).max() ?? 0 : 0
        return ObservationShape(
            historyLength: historyLength, stateWidth: stateWidth, cameraCount: cameras,
            patchCount: cameras > 0 ? patches * patches : 0,
            patchColumns: cameras > 0 ? 3 * patchSize * patchSize : 0)
    }

    /// The tasks' instructions as tokens.
    var instructions: [[Int]] { tasks.map { tokenizer.encode($0.instruction) } }

    var trunkConfiguration: TrunkConfiguration {
        TrunkConfiguration(
            shape: observationShape, octaves: octaves, pairGains: pairGains,
            instructionLength: instructionLength,
            vocabularySize: vocabularySize, embodimentCount: embodiments.count, lastKinds: 1,
            size: trunk)
    }

    /// - Throws: ``PolicyError`` that lists every problem.
    package func validate() throws(PolicyError) {
        var problems = sizeProblems([("instructionLength", instructionLength)])
        if !(3...10_000).contains(bins) { problems.append("bins is \(bins), expected 3 to 10000") }
        problems += trunk.problems + vocabularyProblems(embodiments, tasks)
        problems += observationProblems(
            historyLength: historyLength, octaves: octaves, pairGains: pairGains,
            imageSize: imageSize, patchSize: patchSize)
        problems += wordProblems(
            tokenizer, tasks, instructionLength: instructionLength, vocabularySize: vocabularySize)
        try throwing(problems, about: "a value function's configuration")
    }
}
