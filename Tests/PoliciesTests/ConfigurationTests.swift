import Policies
import Testing

@Suite("Configurations of networks") struct ConfigurationTests {
    @Test(
        "tiny stays under a million parameters for usual robots, from an arm to a humanoid",
        arguments: [7, 17, 25, 30, 39, 42, 60])
    func tiny(columns: Int) throws {
        let configuration = try PolicyConfiguration.preset(
            "tiny",
            embodiments: [
                EmbodimentSpecification(name: "arm", stateWidth: columns, actionWidth: 7)
            ],
            tasks: (0..<10).map { TaskSpecification(instruction: "\($0)", embodiment: "arm") })
        let normaliser = Normaliser(
            ranges: [
                .init(
                    embodiment: "arm", stateLow: Array(repeating: 0, count: columns),
                    stateHigh: Array(repeating: 1, count: columns),
                    actionLow: Array(repeating: 0, count: 7),
                    actionHigh: Array(repeating: 1, count: 7))
            ])
        let policy = try FlowPolicy(
            configuration: configuration, normaliser: normaliser, seed: 1)
        #expect(policy.parameterCount < 1_000_000)
        #expect(policy.parameterCount > 300_000)
    }

    @Test(
        "the fewer columns, the more gains their differences are seen at",
        arguments: [
            (2, [1, 4, 16]), (25, [1, 4, 16]), (26, [1, 8]), (30, [1, 8]), (31, [4]), (42, [4]),
            (43, []),
        ] as [(Int, [Float])])
    func gains(columns: Int, expected: [Float]) throws {
        let configuration = try PolicyConfiguration.preset(
            "tiny",
            embodiments: [
                EmbodimentSpecification(name: "arm", stateWidth: columns, actionWidth: 7)
            ],
            tasks: [TaskSpecification(instruction: "go", embodiment: "arm")])
        #expect(configuration.pairGains == expected)
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
