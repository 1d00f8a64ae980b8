import Batching
import Policies
import TestSupport
import Tensors
import Testing

@Suite("Training a flow policy") struct FlowTrainingTests {
    @Test("a memorisable set is learned by heart", arguments: [1, 2, 3] as [UInt64])
    func overfits(seed: UInt64) throws {
        let batch = Self.memorisable(seed: seed)
        let policy = try FlowPolicy(
            configuration: Fixtures.configuration(width: 64), normaliser: Fixtures.normaliser,
            seed: seed)
        let trainer = try FlowTrainer(
            policy, options: Fixtures.options(steps: 800, batchSize: 24, seed: seed))
        for _ in 0..<800 { try trainer.step(batch) }
        let chunks = try trainer.averagedPolicy.chunks(
            for: batch.observations, indicator: .absent, noiseSeed: seed)
        #expect(Self.error(chunks, batch) < 0.1 * Self.error(Self.mean(batch), batch))
    }

    @Test("the indicator chooses between two ways to act", arguments: [1, 2, 3] as [UInt64])
    func conditions(seed: UInt64) throws {
        let trainer = try FlowTrainer(
            Fixtures.policy(seed: seed), options: Fixtures.options(steps: 400, seed: seed))
        for index in 0..<400 { try trainer.step(Self.twoWays(seed: 1000 * seed + UInt64(index))) }
        let policy = trainer.averagedPolicy
        let observations = Fixtures.observations(count: 64, seed: seed + 50)
        for (indicator, wanted) in [(Indicator.positive, Float(1)), (.negative, -1)] {
            let chunks = try policy.chunks(
                for: observations, indicator: indicator, noiseSeed: seed)
            let first = stride(from: 0, to: chunks.count, by: 12).map { chunks[$0] }
            #expect(abs(first.reduce(0, +) / 64 - wanted) < 0.2, "\(indicator)")
        }
    }

    @Test("training goes on after a snapshot to the same bytes", arguments: [1, 7, 15])
    func resumes(at step: Int) throws {
        let options = try Fixtures.options(steps: 20)
        let whole = try FlowTrainer(Fixtures.policy(), options: options)
        for index in 0..<20 { try whole.step(Self.batch(index)) }
        let first = try FlowTrainer(Fixtures.policy(), options: options)
        for index in 0..<step { try first.step(Self.batch(index)) }
        let second = try FlowTrainer(resuming: first.snapshot())
        #expect(second.step == step)
        #expect(second.options == options)
        for index in step..<20 { try second.step(Self.batch(index)) }
        #expect(second.snapshot() == whole.snapshot())
        #expect(second.averagedPolicy.checkpoint() == whole.averagedPolicy.checkpoint())
    }

    @Test("the same seed and number of workers give the same bytes")
    func isDeterministic() throws {
        func trained(workers: Int, seed: UInt64) throws -> [UInt8] {
            let trainer = try FlowTrainer(
                Fixtures.policy(),
                options: Fixtures.options(steps: 8, workers: workers, seed: seed))
            for index in 0..<8 { try trainer.step(Self.batch(index)) }
            return trainer.averagedPolicy.checkpoint()
        }
        for workers in [1, 2, 7] {
            let once = try trained(workers: workers, seed: 3)
            #expect(try once == trained(workers: workers, seed: 3))
            #expect(try once != trained(workers: workers, seed: 4))
        }
    }

    @Test("the number of workers changes a step's loss and gradient by rounding only")
    func workers() throws {
        let reports = try [1, 2, 7].map { workers in
            let trainer = try FlowTrainer(
                Fixtures.policy(), options: Fixtures.options(steps: 8, workers: workers))
            try trainer.step(Self.batch(0))
            return try trainer.step(Self.batch(1))
        }
        for report in reports {
            #expect(abs(report.loss - reports[0].loss) < 1e-5 * reports[0].loss)
            #expect(
                abs(report.gradientNorm - reports[0].gradientNorm)
                    < 1e-4 * reports[0].gradientNorm)
        }
    }

    @Test("a batch smaller than the options' size trains")
    func smallBatch() throws {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 2))
        let report = try trainer.step(Fixtures.policyBatch(count: 5, seed: 1))
        #expect(report.step == 1)
        #expect(report.loss > 0 && report.gradientNorm > 0)
    }

    @Test("the learning rate rises, then falls along half a cosine")
    func schedule() throws {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 40))
        let rates = try (0..<40).map { try trainer.step(Self.batch($0)).learningRate }
        #expect(abs(rates[0] - 3e-4) < 3e-6)
        #expect(rates[9] > rates[8] && rates[9] > rates[12])
        #expect(rates[39] < 3e-3 * 0.035 && rates[39] >= 3e-3 * 0.03)
    }

    @Test("an action that is not a number stops training, and changes no parameter")
    func notFinite() throws {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 4))
        let before = trainer.snapshot()
        var batch = Fixtures.policyBatch(count: 24, seed: 1)
        batch.actions[0] = .nan
        let error = try #require(throws: PolicyError.self) { try trainer.step(batch) }
        #expect(error.code == .lossNotFinite)
        #expect(error.description.contains("step 1 of 4"))
        #expect(trainer.snapshot() == before)
    }

    @Test("a batch in which nothing has weight is refused")
    func noWeight() throws {
        let trainer = try FlowTrainer(Fixtures.policy(), options: Fixtures.options(steps: 4))
        var batch = Fixtures.policyBatch(count: 24, seed: 1)
        batch.weights = batch.weights.map { _ in 0 }
        let error = try #require(throws: PolicyError.self) { try trainer.step(batch) }
        #expect(error.code == .batchWithoutLoss)
    }

    private static func batch(_ index: Int) -> PolicyBatch {
        Fixtures.policyBatch(count: 24, seed: UInt64(100 + index))
    }

    /// Random chunks for random observations, unmasked and without indicator.
    private static func memorisable(seed: UInt64) -> PolicyBatch {
        var batch = Fixtures.policyBatch(count: 24, seed: seed)
        batch.actionMask = batch.actionMask.map { _ in 1 }
        batch.weights = batch.weights.map { _ in 1 }
        batch.indicators = batch.indicators.map { _ in .absent }
        return batch
    }

    /// +1 where the indicator is positive, -1 where it is negative, both where it is absent.
    private static func twoWays(seed: UInt64) -> PolicyBatch {
        var batch = memorisable(seed: seed)
        for sample in 0..<batch.count {
            let isGood = sample % 2 == 0
            batch.indicators[sample] =
                sample % 5 == 0 ? .absent : (isGood ? .positive : .negative)
            for index in 0..<12 { batch.actions[sample * 12 + index] = isGood ? 1 : -1 }
        }
        return batch
    }

    /// Mean square over the columns that each robot has.
    private static func error(_ chunks: [Float], _ batch: PolicyBatch) -> Float {
        var sum: Float = 0
        for sample in 0..<batch.count {
            let width = batch.observations.embodiments[sample] == 1 ? 2 : 3
            for index in 0..<12 where index % 3 < width {
                let difference = chunks[sample * 12 + index] - batch.actions[sample * 12 + index]
                sum += difference * difference
            }
        }
        return sum
    }

    private static func mean(_ batch: PolicyBatch) -> [Float] {
        let mean = (0..<12).map { index in
            stride(from: index, to: batch.actions.count, by: 12)
                .reduce(Float(0)) { $0 + batch.actions[$1] } / Float(batch.count)
        }
        return (0..<batch.count).flatMap { _ in mean }
    }
}
