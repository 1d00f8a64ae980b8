import Batching
import Layers
import Policies
import TestSupport
import Tensors
import Testing

@Suite("Drawing action chunks") struct ChunksTests {
    @Test("guidance 1 is the conditional velocity, guidance 0 the unconditional")
    func guidance() throws {
        let policy = try Self.trained()
        let observations = Fixtures.observations(count: 9, seed: 2)
        func chunks(_ indicator: Indicator, _ guidance: Float) throws -> [Float] {
            try policy.chunks(
                for: observations, indicator: indicator, noiseSeed: 4, guidance: guidance)
        }
        let plain = try policy.chunks(for: observations, indicator: .positive, noiseSeed: 4)
        #expect(try chunks(.positive, 1) == plain)
        expectClose(try chunks(.positive, 1.0001), plain, 1e-3)
        expectClose(try chunks(.positive, 0), try chunks(.absent, 1), 1e-5)
        #expect(try chunks(.absent, 3) == chunks(.absent, 1))
        #expect(try chunks(.negative, 1) != plain)
        #expect(try chunks(.positive, 2) != plain)
    }

    @Test("a batch's chunks are those of its samples one by one")
    func batches() throws {
        let policy = try Self.trained()
        let all = Fixtures.observations(count: 70, seed: 1)
        let noise = randomBlock(70, 12, seed: 9)
        let together = try policy.chunks(for: all, indicator: .positive, noise: noise.values)
        for sample in [0, 2, 63, 64, 69] {
            var one = ObservationBatch(count: 1, historyLength: 2, stateWidth: 5)
            one.states = Array(all.states[(sample * 10)..<((sample + 1) * 10)])
            one.tasks = [all.tasks[sample]]
            one.embodiments = [all.embodiments[sample]]
            let alone = try policy.chunks(
                for: one, indicator: .positive, noise: noise.rows(sample..<(sample + 1)).values)
            expectClose(alone, Array(together[(sample * 12)..<((sample + 1) * 12)]), 1e-4)
        }
    }

    @Test("the same noise gives the same chunks, another seed gives others")
    func seeds() throws {
        let policy = try Self.trained()
        let observations = Fixtures.observations(count: 5, seed: 2)
        func chunks(_ seed: UInt64) throws -> [Float] {
            try policy.chunks(for: observations, indicator: .positive, noiseSeed: seed)
        }
        #expect(try chunks(1) == chunks(1))
        #expect(try chunks(1) != chunks(2))
    }

    @Test("an observation that is not a number gives an error, not an action")
    func notFinite() throws {
        var observations = Fixtures.observations(count: 5, seed: 2)
        observations.states[21] = .nan
        let error = try #require(throws: PolicyError.self) {
            _ = try Self.trained().chunks(
                for: observations, indicator: .positive, noiseSeed: 1)
        }
        #expect(error.code == .actionNotFinite)
        #expect(error.description.contains("sample 2"))
    }

    /// A batch that does not fit, and what the error says of it.
    struct Misfit: CustomTestStringConvertible {
        let testDescription: String
        let says: [String]
        let batch: ObservationBatch
    }

    static func misfit(
        _ name: String, says: [String], _ change: (inout ObservationBatch) -> Void
    ) -> Misfit {
        var batch = Fixtures.observations(count: 3, seed: 1)
        change(&batch)
        return Misfit(testDescription: name, says: says, batch: batch)
    }

    static let misfits = [
        misfit("another state", says: ["2 steps of 4 state columns", "2 steps of 5"]) {
            $0 = ObservationBatch(count: 1, historyLength: 2, stateWidth: 4)
        },
        misfit("another number of cameras", says: ["1 cameras of 4", "expected", "0 cameras"]) {
            $0 = ObservationBatch(
                count: 1,
                shape: ObservationShape(
                    historyLength: 2, stateWidth: 5, cameraCount: 1, patchCount: 4,
                    patchColumns: 12))
        },
        misfit("an unknown robot", says: ["sample 1", "embodiment 2", "2 that"]) {
            $0.embodiments[1] = 2
        },
        misfit("an unknown task", says: ["sample 2", "task -1", "one of 3"]) {
            $0.tasks[2] = -1
        },
        misfit("an instruction that is too long", says: ["11 tokens", "10 at most"]) {
            $0.instructions = Array(repeating: Array(repeating: 5, count: 11), count: 3)
        },
        misfit("an unknown word", says: ["beyond the"]) {
            $0.instructions = Array(repeating: [100_000], count: 3)
        },
    ]

    @Test("a batch that does not fit is refused with found and expected", arguments: misfits)
    func shapes(misfit: Misfit) throws {
        let policy = try Fixtures.policy()
        let error = try #require(throws: PolicyError.self) {
            _ = try policy.chunks(for: misfit.batch, indicator: .absent, noiseSeed: 1)
        }
        #expect(error.code == .observationMismatch)
        for text in misfit.says { #expect(error.description.contains(text), "\(error)") }
    }

    @Test("guided velocity is unconditional plus guidance times the difference")
    func guidedVelocity() throws {
        let policy = try Self.trained()
        let observations = Fixtures.observations(count: 5, seed: 2)
        func chunks(_ indicator: Indicator, _ guidance: Float) throws -> [Float] {
            try policy.chunks(
                for: observations, indicator: indicator, noiseSeed: 1, guidance: guidance,
                integrationSteps: 1)
        }
        // One Euler step is linear in the velocity, so guidance can be checked by hand.
        let (with, without) = (try chunks(.positive, 1), try chunks(.absent, 1))
        let guided = try chunks(.positive, 1.5)
        for index in with.indices
        where [with, without, guided].allSatisfy({ abs($0[index]) < 2.19 }) {
            let wanted = without[index] + 1.5 * (with[index] - without[index])
            #expect(abs(guided[index] - wanted) < 1e-4)
        }
        #expect(with != without)
    }

    @Test("integration with the trunk kept agrees with integration that computes it at each step")
    func cached() throws {
        for configuration in [
            Fixtures.configuration(), Fixtures.configuration(hasPictures: true, subtaskLength: 4),
        ] {
            let network = FlowNetwork(configuration, Fixtures.normaliser)
            let parameters = network.layout.initialParameters(seed: 1)
            for (index, parameter) in network.layout.parameters.enumerated() {
                let block = parameter.block(in: parameters)
                let shake = randomBlock(block.rows, block.columns, seed: UInt64(index))
                Activations.add(shake, times: 0.1, to: block)
            }
            let observations = Fixtures.observations(
                count: 5, seed: 2, shape: configuration.observationShape)
            let noise = randomBlock(5, 12, seed: 9).values
            let policy = FlowPolicy(network, Fixtures.normaliser, parameters)
            let kept = try policy.normalisedChunks(
                for: observations, indicator: .positive, noise: noise)
            var chunks = noise
            func clearPadding() {
                // Every third sample is of the robot that lacks the third column.
                for index in chunks.indices where index / 12 % 3 == 2 && index % 3 == 2 {
                    chunks[index] = 0
                }
            }
            clearPadding()
            for step in 0..<10 {
                let velocity = try network.velocity(
                    of: chunks, at: Float(step) / 10, observations, indicator: .positive,
                    parameters: parameters)
                for index in chunks.indices { chunks[index] += velocity[index] / 10 }
                clearPadding()
            }
            expectClose(kept, chunks, 1e-4)
            #expect(kept != noise)
        }
    }

    @Test("no action leaves the usual range by more than a twentieth of it")
    func range() throws {
        let observations = Fixtures.observations(count: 8, seed: 2)
        let noise = randomBlock(8, 12, seed: 5).values.map { 4 * $0 }
        let chunks = try Self.trained().chunks(
            for: observations, indicator: .positive, noise: noise)
        // Columns range from -2 to 2, so that the limit is 2.2.
        #expect(chunks.allSatisfy { abs($0) <= 2.2001 })
        #expect(chunks.contains { abs($0) > 2.1999 }, "nothing overshoots: the test shows nothing")
    }

    private static func trained() throws -> FlowPolicy {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 30))
        for index in 0..<30 {
            try trainer.step(Fixtures.policyBatch(count: 24, seed: UInt64(index)))
        }
        return trainer.currentPolicy
    }

    private func expectClose(_ found: [Float], _ expected: [Float], _ tolerance: Float) {
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance })
    }
}
