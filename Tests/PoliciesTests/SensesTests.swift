import Batching
import Layers
import Policies
import TestSupport
import Tensors
import Testing
import Tokenizers

/// What a policy must read, see or write to act well, it learns to; blanked, it cannot.
@Suite("Reading, seeing and writing") struct SensesTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    @Test("two instructions, the same observation, opposite actions", arguments: seeds)
    func reads(seed: UInt64) throws {
        let errors = try [false, true].map { isBlank in
            try Self.error(
                of: Fixtures.configuration(width: 32), seed: seed, steps: 250
            ) { batch, _ in
                for sample in 0..<batch.count {
                    let task = sample % 2
                    batch.observations.tasks[sample] = task
                    Self.act(&batch, sample, task == 0 ? (1, 1) : (-1, -1))
                }
                if isBlank { batch.observations.instructions = [[], []] }
            }
        }
        #expect(errors[0] < 0.2, "read: \(errors[0])")
        #expect(errors[1] > 0.8, "blanked: \(errors[1])")
    }

    @Test("a target that is only in the picture", arguments: seeds)
    func sees(seed: UInt64) throws {
        let configuration = Fixtures.configuration(width: 32, hasPictures: true)
        let shape = configuration.observationShape
        let errors = try [false, true].map { isBlank in
            try Self.error(of: configuration, seed: seed, steps: 400) { batch, draw in
                for sample in 0..<batch.count {
                    let target = Int(draw.word(step: 1, sample: sample) % 4)
                    for index in 0..<shape.pictureSize {
                        let patch = index / shape.patchColumns % shape.patchCount
                        batch.observations.patches[sample * shape.pictureSize + index] =
                            patch == target ? 1 : -1
                    }
                    for camera in 0..<2 {
                        batch.observations.hasPicture[2 * sample + camera] = !isBlank
                    }
                    Self.act(
                        &batch, sample, (target % 2 == 0 ? 1 : -1, target / 2 == 0 ? 1 : -1))
                }
            }
        }
        #expect(errors[0] < 0.2, "seen: \(errors[0])")
        #expect(errors[1] > 0.8, "blanked: \(errors[1])")
    }

    @Test("the next sub-task is written, and acted on", arguments: seeds)
    func writes(seed: UInt64) throws {
        let configuration = Fixtures.configuration(width: 32, subtaskLength: 6)
        let words = ["left", "right"].map {
            [Fixtures.tokenizer.beginningOfText] + Fixtures.tokenizer.encode($0)
        }
        let policy = try Self.trained(configuration, seed: seed, steps: 300) { batch, _ in
            for sample in 0..<batch.count {
                // Which sub-task is next is in the state; what it asks for is in its words alone.
                let side = batch.observations.states[sample * 10 + 5] > 0 ? 0 : 1
                let said = sample % 4 == 3 ? 1 - side : side
                batch.observations.setSubtask(words[said], ofSample: sample)
                Self.act(&batch, sample, said == 0 ? (1, -1) : (-1, 1))
            }
        }
        var seen = Fixtures.observations(
            count: 40, seed: 77, shape: configuration.observationShape)
        seen.embodiments = seen.embodiments.map { _ in 0 }
        seen.tasks = seen.tasks.map { _ in 0 }
        let texts = try policy.subtasks(for: seen)
        let right = try (0..<40).filter { sample in
            let side = seen.states[sample * 10 + 5] > 0 ? "left" : "right"
            return try policy.text(of: texts[sample]) == side
        }
        // A quarter of the words was wrong on purpose; near 0 the side is a matter of noise.
        #expect(right.count >= 34, "\(right.count) of 40")
        for (sample, text) in texts.enumerated() { seen.setSubtask(text, ofSample: sample) }
        let chunks = try policy.chunks(for: seen, indicator: .absent, noiseSeed: seed)
        for sample in 0..<40 {
            let wanted: Float = try policy.text(of: texts[sample]) == "left" ? 1 : -1
            #expect(chunks[sample * 12] * wanted > 0)
        }
    }

    @Test("drawn text is the same for the same seed, and at temperature 0 the likeliest")
    func draws() throws {
        let configuration = Fixtures.configuration(subtaskLength: 6)
        let policy = try FlowPolicy(
            configuration: configuration, normaliser: Fixtures.normaliser, seed: 1)
        let seen = Fixtures.observations(
            count: 20, seed: 7, shape: configuration.observationShape)
        func texts(_ temperature: Float, _ seed: UInt64) throws -> [[Int]] {
            try policy.subtasks(for: seen, temperature: temperature, seed: seed)
        }
        #expect(try texts(1, 1) == texts(1, 1))
        #expect(try texts(1, 1) != texts(1, 2))
        #expect(try texts(0, 1) == texts(0, 2))
        #expect(try texts(1e-4, 3) == texts(0, 3))
        #expect(try texts(0, 1).allSatisfy { (1...6).contains($0.count) })
    }

    @Test("a policy without text out says so")
    func silent() throws {
        let policy = try Fixtures.policy()
        let error = try #require(throws: PolicyError.self) {
            _ = try policy.subtasks(for: Fixtures.observations(count: 1, seed: 1))
        }
        #expect(error.description.contains("subtaskLength 0"))
    }

    @Test("two robots in one batch cost what each costs alone")
    func crossEmbodiment() throws {
        let configuration = Fixtures.configuration(hasPictures: true)
        let network = FlowNetwork(configuration, Fixtures.normaliser)
        let parameters = network.layout.initialParameters(seed: 1)
        let all = Fixtures.policyBatch(
            count: 12, seed: 3, shape: configuration.observationShape)
        func sum(_ wanted: (Int) -> Bool, spoiling: Bool = false) throws -> Double {
            var batch = all
            for sample in 0..<12 where !wanted(batch.observations.embodiments[sample]) {
                batch.weights[sample] = 0
                guard spoiling else { continue }
                for column in 0..<10 { batch.observations.states[sample * 10 + column] = 1e3 }
                for index in 0..<12 { batch.actions[sample * 12 + index] = -1e3 }
            }
            let gradients = Arena(count: network.layout.count)
            let found = try network.inspect(
                batch, draw: .init(seed: 1, step: 0), parameters: parameters,
                gradients: gradients)
            return try found.loss * network.lossWeight(of: batch)
        }
        let (wide, narrow) = (try sum { $0 == 0 }, try sum { $0 == 1 })
        let both = try sum { _ in true }
        #expect(abs(wide + narrow - both) < 1e-5 * both)
        #expect(try sum({ $0 == 0 }, spoiling: true) == wide)
        #expect(wide > 0 && narrow > 0)
    }

    /// Both action columns of all steps.
    private static func act(
        _ batch: inout PolicyBatch, _ sample: Int, _ action: (Float, Float)
    ) {
        for step in 0..<4 {
            batch.actions[sample * 12 + 3 * step] = action.0
            batch.actions[sample * 12 + 3 * step + 1] = action.1
            batch.actions[sample * 12 + 3 * step + 2] = 0
        }
    }

    private static func trained(
        _ configuration: PolicyConfiguration, seed: UInt64, steps: Int,
        _ fill: (inout PolicyBatch, CounterRandom) -> Void
    ) throws -> FlowPolicy {
        let policy = try FlowPolicy(
            configuration: configuration, normaliser: Fixtures.normaliser, seed: seed)
        let trainer = try FlowTrainer(
            policy, options: Fixtures.options(steps: steps, batchSize: 32, seed: seed))
        for step in 0..<steps {
            try trainer.step(batch(configuration, seed: 10_000 * seed + UInt64(step), fill))
        }
        return trainer.averagedPolicy
    }

    /// The wide robot's experience, with what `fill` makes of it.
    private static func batch(
        _ configuration: PolicyConfiguration, seed: UInt64,
        _ fill: (inout PolicyBatch, CounterRandom) -> Void
    ) -> PolicyBatch {
        var batch = PolicyBatch(
            count: 32, shape: configuration.observationShape, horizon: 4, actionWidth: 3)
        batch.observations.states = randomBlock(32, 10, seed: seed).values
        fill(&batch, CounterRandom(seed: seed, purpose: .sampling))
        return batch
    }

    /// Mean square of what a trained policy gets wrong on new samples; 1 for one that cannot tell.
    private static func error(
        of configuration: PolicyConfiguration, seed: UInt64, steps: Int,
        _ fill: (inout PolicyBatch, CounterRandom) -> Void
    ) throws -> Float {
        let policy = try trained(configuration, seed: seed, steps: steps, fill)
        let new = batch(configuration, seed: 99 + seed, fill)
        let chunks = try policy.chunks(
            for: new.observations, indicator: .absent, noiseSeed: seed)
        var sum: Float = 0
        for index in chunks.indices where index % 3 < 2 {
            sum += (chunks[index] - new.actions[index]) * (chunks[index] - new.actions[index])
        }
        return sum / Float(32 * 4 * 2)
    }
}
