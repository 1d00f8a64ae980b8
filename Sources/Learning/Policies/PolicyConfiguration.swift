package import Batching
package import Tokenizers

/// The shape of a policy network, and the robots, tasks and words that it knows.
///
/// docs/model.md says what each size means.
package struct PolicyConfiguration: Codable, Sendable, Equatable {
    /// The preset's name that this started from.
    package var preset: String
    package var embodiments: [EmbodimentSpecification]
    package var tasks: [TaskSpecification]
    package var tokenizer: BytePairTokenizer
    /// Steps of state that the policy sees.
    package var historyLength: Int
    /// Octaves of sines and cosines of each state column.
    package var octaves: Int
    /// Gains that differences of pairs of state columns are seen at; none for none.
    package var pairGains: [Float]
    /// Pixels of a camera's square picture, and of a patch; 0 for a policy without cameras.
    package var imageSize: Int, patchSize: Int
    /// Tokens of instruction at most.
    package var instructionLength: Int
    /// Tokens of sub-task text at most; 0 for a policy that writes none.
    package var subtaskLength: Int
    /// Rows of the table of tokens.
    package var vocabularySize: Int
    package var trunk: TrunkSize
    package var expert: ExpertSize
    /// Steps of action in a chunk.
    package var horizon: Int
    /// Euler steps from noise to action.
    package var integrationSteps: Int
    /// Whether the expert's gradients stop before the trunk.
    package var insulatesTrunk: Bool
    /// How much the words' loss counts beside the actions'.
    package var subtaskLossWeight: Double

    package init(
        preset: String, embodiments: [EmbodimentSpecification], tasks: [TaskSpecification],
        tokenizer: BytePairTokenizer, historyLength: Int, octaves: Int, pairGains: [Float],
        imageSize: Int,
        patchSize: Int, instructionLength: Int, subtaskLength: Int, vocabularySize: Int,
        trunk: TrunkSize, expert: ExpertSize, horizon: Int, integrationSteps: Int,
        insulatesTrunk: Bool, subtaskLossWeight: Double
    ) {
        self.preset = preset
        self.embodiments = embodiments
        self.tasks = tasks
        self.tokenizer = tokenizer
        self.historyLength = historyLength
        self.octaves = octaves
        self.pairGains = pairGains
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.instructionLength = instructionLength
        self.subtaskLength = subtaskLength
        self.vocabularySize = vocabularySize
        self.trunk = trunk
        self.expert = expert
        self.horizon = horizon
        self.integrationSteps = integrationSteps
        self.insulatesTrunk = insulatesTrunk
        self.subtaskLossWeight = subtaskLossWeight
    }

    /// State columns of the widest embodiment (D).
    package var stateWidth: Int { embodiments.map(\.stateWidth).max() ?? 0 }
    /// Action columns of the widest embodiment (A).
    package var actionWidth: Int { embodiments.map(\.actionWidth).max() ?? 0 }
    /// Cameras that the policy looks at: those of the embodiment that has most.
    package var cameraCount: Int {
        imageSize > 0 ? embodiments.map(\.cameras.count).max() ?? 0 : 0
    }

    /// What an observation of this policy holds.
    package var observationShape: ObservationShape {
        let patches = imageSize > 0 ? imageSize / patchSize : 0
        return ObservationShape(
            historyLength: historyLength, stateWidth: stateWidth, cameraCount: cameraCount,
            patchCount: cameraCount > 0 ? patches * patches : 0,
            patchColumns: cameraCount > 0 ? 3 * patchSize * patchSize : 0,
            subtaskLength: subtaskLength)
    }

    /// The token that ends a text.
    var endOfText: Int { tokenizer.endOfText }

    /// The tasks' instructions as tokens.
    var instructions: [[Int]] { tasks.map { tokenizer.encode($0.instruction) } }

    var trunkConfiguration: TrunkConfiguration {
        TrunkConfiguration(
            shape: observationShape, octaves: octaves, pairGains: pairGains,
            instructionLength: instructionLength,
            vocabularySize: vocabularySize, embodimentCount: embodiments.count,
            lastKinds: FlowNetwork.indicatorKinds, size: trunk)
    }

    /// - Throws: ``PolicyError`` that lists every problem.
    package func validate() throws(PolicyError) {
        var problems = sizeProblems([
            ("instructionLength", instructionLength), ("expert.width", expert.width),
            ("expert.expansion", expert.expansion),
            ("expert.conditionWidth", expert.conditionWidth),
            ("expert.stepsPerToken", expert.stepsPerToken), ("horizon", horizon),
            ("integrationSteps", integrationSteps),
        ])
        problems += trunk.problems + vocabularyProblems(embodiments, tasks)
        problems += observationProblems(
            historyLength: historyLength, octaves: octaves, pairGains: pairGains,
            imageSize: imageSize, patchSize: patchSize)
        problems += wordProblems(
            tokenizer, tasks, instructionLength: instructionLength, vocabularySize: vocabularySize)
        if !(0...4096).contains(subtaskLength) {
            problems.append("subtaskLength is \(subtaskLength), expected 0 to 4096")
        }
        if expert.stepsPerToken > 0, horizon % expert.stepsPerToken != 0 {
            problems.append(
                "expert.stepsPerToken is \(expert.stepsPerToken), which does not divide the "
                    + "horizon of \(horizon)")
        }
        if !(subtaskLossWeight >= 0 && subtaskLossWeight.isFinite) {
            problems.append("subtaskLossWeight is \(subtaskLossWeight), expected 0 or more")
        }
        try throwing(problems, about: "a policy's configuration")
    }
}
