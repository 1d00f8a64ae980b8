import Policies
import Testing

@Suite("Configurations of networks") struct ConfigurationTests {
    @Test("tiny stays under a million parameters for a usual robot")
    func tiny() throws {
        let configuration = try PolicyConfiguration.preset(
            "tiny",
            embodiments: [EmbodimentSpecification(name: "arm", stateWidth: 24, actionWidth: 7)],
            tasks: (0..<10).map { TaskSpecification(instruction: "\($0)", embodiment: "arm") })
        let normaliser = Normaliser(
            ranges: [
                .init(
                    embodiment: "arm", stateLow: Array(repeating: 0, count: 24),
                    stateHigh: Array(repeating: 1, count: 24),
                    actionLow: Array(repeating: 0, count: 7),
                    actionHigh: Array(repeating: 1, count: 7))
            ])
        let policy = try FlowPolicy(
            configuration: configuration, normaliser: normaliser, seed: 1)
        #expect(policy.parameterCount < 1_000_000)
        #expect(policy.parameterCount > 300_000)
    }

    @Test("an unknown preset is answered with the known ones")
    func unknownPreset() throws {
        let error = try #require(throws: PolicyError.self) {
            _ = try PolicyConfiguration.preset("huge", embodiments: [], tasks: [])
        }
        #expect(error.description.contains("'huge'") && error.description.contains("tiny"))
    }

    @Test("every problem is listed at once")
    func problems() throws {
        let error = try #require(throws: PolicyError.self) {
            _ = try PolicyConfiguration.preset(
                "tiny",
                embodiments: [EmbodimentSpecification(name: "arm", stateWidth: 0, actionWidth: 1)],
                tasks: [TaskSpecification(instruction: "go", embodiment: "leg")])
        }
        #expect(error.description.contains("arm: stateWidth is 0"))
        #expect(error.description.contains("'leg'"))
    }

    @Test("training options list every problem at once")
    func options() throws {
        let error = try #require(throws: PolicyError.self) {
            _ = try TrainingOptions(
                steps: 0, batchSize: 0, learningRate: -1, averageDecay: 1, seed: 1)
        }
        for name in ["steps", "batchSize", "learningRate", "averageDecay"] {
            #expect(error.description.contains(name))
        }
    }
}
