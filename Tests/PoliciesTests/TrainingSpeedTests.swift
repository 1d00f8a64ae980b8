import Batching
import Foundation
import Policies
import TestSupport
import Tensors
import Testing

/// Prints figures, asserts nothing about time; `NIGHTSHIFT_BENCHMARK=1 swift test -c release
/// --filter TrainingSpeedTests` runs it.
@Suite(
    "Training speed",
    .enabled(if: ProcessInfo.processInfo.environment["NIGHTSHIFT_BENCHMARK"] != nil), .serialized)
struct TrainingSpeedTests {
    @Test("samples a second of the tiny preset", arguments: [(64, 1), (256, 1), (64, 2), (256, 2)])
    func tiny(batchSize: Int, workers: Int) throws {
        let robot = EmbodimentSpecification(name: "arm", stateWidth: 17, actionWidth: 4)
        let task = TaskSpecification(instruction: "go", embodiment: "arm")
        let ones = Array(repeating: Float(1), count: 17)
        let normaliser = Normaliser(
            ranges: [
                .init(
                    embodiment: "arm", stateLow: ones.map { -$0 }, stateHigh: ones,
                    actionLow: [-1, -1, -1, -1], actionHigh: [1, 1, 1, 1])
            ])
        let policy = try FlowPolicy(
            configuration: .preset("tiny", embodiments: [robot], tasks: [task]),
            normaliser: normaliser, seed: 1)
        var batch = PolicyBatch(
            count: batchSize, historyLength: 2, stateWidth: 17, horizon: 16, actionWidth: 4)
        batch.observations.states = randomBlock(batchSize, 34, seed: 1).values
        batch.actions = randomBlock(batchSize, 64, seed: 2).values
        let trainer = try FlowTrainer(
            policy,
            options: TrainingOptions(steps: 10_000, batchSize: batchSize, workers: workers, seed: 1)
        )
        for _ in 0..<20 { try trainer.step(batch) }
        var times: [Double] = []
        for _ in 0..<200 {
            let start = ContinuousClock.now
            try trainer.step(batch)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        times.sort()
        let rates = [times[100], times[0]].map { Int(Double(batchSize) / $0) }
        print(
            "tiny, \(policy.parameterCount) parameters, batch \(batchSize), workers \(workers): "
                + "\(rates[0]) samples/s median, \(rates[1]) in the fastest step; "
                + NumericsDescription.text)
        #expect(trainer.step == 220)
    }
}
