import Batching
import Policies
import TestSupport
import Testing

@Suite("Training a value function") struct ValueTrainingTests {
    @Test("a memorisable set is learned by heart", arguments: [1, 2, 3] as [UInt64])
    func overfits(seed: UInt64) throws {
        let batch = Fixtures.valueBatch(count: 24, seed: seed)
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(width: 64),
            normaliser: Fixtures.normaliser, seed: seed)
        let trainer = try ValueTrainer(
            function, options: Fixtures.options(steps: 600, seed: seed))
        for _ in 0..<600 { try trainer.step(batch) }
        let predictions = try trainer.averagedFunction.predict(batch.observations)
        for (prediction, target) in zip(predictions, batch.targets) {
            #expect(abs(prediction.value - target) < 0.1)
            #expect((prediction.successProbability > 0.5) == (target > -1))
        }
    }

    @Test("the lowest bin is failure's alone")
    func lowestBin() throws {
        var batch = Fixtures.valueBatch(count: 24, seed: 1)
        batch.targets = batch.targets.map { _ in -0.999 }  // success, at the last moment
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let trainer = try ValueTrainer(function, options: Fixtures.options(steps: 200))
        for _ in 0..<200 { try trainer.step(batch) }
        for prediction in try trainer.averagedFunction.predict(batch.observations) {
            #expect(prediction.successProbability > 0.95)
            #expect(abs(prediction.value + 0.95) < 0.05)
        }
    }

    @Test("training goes on after a snapshot to the same bytes")
    func resumes() throws {
        let options = try Fixtures.options(steps: 12)
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let whole = try ValueTrainer(function, options: options)
        for index in 0..<12 { try whole.step(Self.batch(index)) }
        let first = try ValueTrainer(function, options: options)
        for index in 0..<5 { try first.step(Self.batch(index)) }
        let second = try ValueTrainer(resuming: first.snapshot())
        for index in 5..<12 { try second.step(Self.batch(index)) }
        #expect(second.snapshot() == whole.snapshot())
        #expect(second.averagedFunction.checkpoint() == whole.averagedFunction.checkpoint())
    }

    @Test("a return outside [-1, 0] is refused", arguments: [0.1, -1.1, .nan] as [Float])
    func targets(target: Float) throws {
        var batch = Fixtures.valueBatch(count: 24, seed: 1)
        batch.targets[3] = target
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let trainer = try ValueTrainer(function, options: Fixtures.options(steps: 4))
        let error = try #require(throws: PolicyError.self) { try trainer.step(batch) }
        #expect(error.description.contains("sample 3"))
    }

    @Test("predictions of a batch are those of its samples one by one")
    func batches() throws {
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let all = Fixtures.observations(count: 70, seed: 1)
        let together = try function.predict(all)
        for sample in [0, 1, 2, 65, 69] {
            var one = ObservationBatch(count: 1, historyLength: 2, stateWidth: 5)
            one.states = Array(all.states[(sample * 10)..<((sample + 1) * 10)])
            one.tasks = [all.tasks[sample]]
            one.embodiments = [all.embodiments[sample]]
            let alone = try #require(try function.predict(one).first)
            #expect(abs(alone.value - together[sample].value) < 1e-5)
        }
    }

    private static func batch(_ index: Int) -> ValueBatch {
        Fixtures.valueBatch(count: 24, seed: UInt64(100 + index))
    }
}
