import Batching
import Policies
import TestSupport
import Tensors
import Testing

/// What callers leave in padding never matters.
@Suite("Padding") struct PaddingTests {
    @Test("garbage past the episode's end and past a robot's columns changes no byte of training")
    func training() throws {
        let clean = Fixtures.policyBatch(count: 24, seed: 1)
        #expect(try trained(on: clean) == trained(on: soiled(clean)))
    }

    @Test("nor of value training, nor of predictions, nor of actions")
    func observations() throws {
        let clean = Fixtures.valueBatch(count: 24, seed: 1)
        var dirty = clean
        soil(&dirty.observations)
        let (first, second) = (try valueTrained(on: clean), try valueTrained(on: dirty))
        #expect(first.checkpoint() == second.checkpoint())
        #expect(try first.predict(clean.observations) == first.predict(dirty.observations))
        let policy = try Fixtures.policy()
        #expect(
            try policy.chunks(for: clean.observations, indicator: .positive, noiseSeed: 1)
                == policy.chunks(for: dirty.observations, indicator: .positive, noiseSeed: 1))
    }

    @Test("noise in columns that a robot lacks changes none of its actions")
    func noise() throws {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 20))
        for _ in 0..<20 { try trainer.step(Fixtures.policyBatch(count: 24, seed: 1)) }
        let policy = trainer.currentPolicy
        let observations = Fixtures.observations(count: 3, seed: 2)  // the third is narrow
        let noise = randomBlock(3, 12, seed: 5)
        let before = try policy.chunks(
            for: observations, indicator: .positive, noise: noise.values)
        for step in 0..<4 { noise[2, step * 3 + 2] = 100 }
        #expect(
            try before
                == policy.chunks(for: observations, indicator: .positive, noise: noise.values))
        for step in 0..<4 { #expect(before[24 + step * 3 + 2] == 0) }
    }

    @Test("a sample of weight zero has no influence")
    func weight() throws {
        var clean = Fixtures.policyBatch(count: 24, seed: 1)
        clean.weights[5] = 0
        var other = clean
        for index in 60..<72 { other.actions[index] += 1 }
        #expect(try trained(on: clean) == trained(on: other))
    }

    private func trained(on batch: PolicyBatch) throws -> [UInt8] {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 5))
        for _ in 0..<5 { try trainer.step(batch) }
        return trainer.snapshot()
    }

    private func valueTrained(on batch: ValueBatch) throws -> ValueFunction {
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let trainer = try ValueTrainer(function, options: Fixtures.options(steps: 5))
        for _ in 0..<5 { try trainer.step(batch) }
        return trainer.averagedFunction
    }

    private func soiled(_ clean: PolicyBatch) -> PolicyBatch {
        var dirty = clean
        soil(&dirty.observations)
        for sample in 0..<clean.count {
            let isNarrow = clean.observations.embodiments[sample] == 1
            for step in 0..<4 {
                let isPast = clean.actionMask[sample * 4 + step] == 0
                for column in 0..<3 where isPast || (isNarrow && column == 2) {
                    dirty.actions[(sample * 4 + step) * 3 + column] = .nan
                }
            }
        }
        return dirty
    }

    private func soil(_ batch: inout ObservationBatch) {
        for sample in 0..<batch.count where batch.embodiments[sample] == 1 {
            for step in 0..<2 {
                for column in 3..<5 { batch.states[(sample * 2 + step) * 5 + column] = .nan }
            }
        }
    }
}
