import Batching
import Policies
import TestSupport
import Tensors
import Testing

@Suite("Normalisation") struct NormaliserTests {
    private static let robot = [EmbodimentSpecification(name: "arm", stateWidth: 2, actionWidth: 1)]

    @Test("ranges are the 1st and 99th percentile of the stream")
    func percentiles() throws {
        var accumulator = NormaliserAccumulator(embodiments: Self.robot, seed: 1)
        for step in 0..<1001 {
            try accumulator.add(
                states: [Float((step * 367) % 1001), 7], actions: [-Float(step)], embodiment: 0)
        }
        let ranges = try #require(try accumulator.normaliser().ranges.first)
        #expect(ranges.stateLow == [10, 7])
        #expect(ranges.stateHigh == [990, 7])
        #expect(ranges.actionLow == [-990] && ranges.actionHigh == [-10])
    }

    @Test("a stream longer than memory gives nearly the same, and the same again")
    func reservoir() throws {
        func quantiles(seed: UInt64) throws -> [Float] {
            var reservoir = QuantileReservoir(columns: 1, capacity: 2000, seed: seed)
            for start in stride(from: 0, to: 50_000, by: 100) {
                try reservoir.add((start..<(start + 100)).map { Float($0) / 50_000 })
            }
            #expect(reservoir.rowCount == 50_000)
            return reservoir.quantile(0.01) + reservoir.quantile(0.5) + reservoir.quantile(0.99)
        }
        let found = try quantiles(seed: 1)
        for (value, wanted) in zip(found, [0.01, 0.5, 0.99] as [Float]) {
            #expect(abs(value - wanted) < 0.04)
        }
        #expect(try found == quantiles(seed: 1))
        #expect(try found != quantiles(seed: 2))
    }

    @Test("a value that is not finite is named", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        var accumulator = NormaliserAccumulator(embodiments: Self.robot, seed: 1)
        let error = try #require(throws: PolicyError.self) {
            try accumulator.add(states: [1, 2, 3, value], actions: [0, 0], embodiment: 0)
        }
        #expect(error.description.contains("row 1, column 1"))
    }

    @Test("an embodiment without steps is named")
    func missing() throws {
        let accumulator = NormaliserAccumulator(embodiments: Fixtures.embodiments, seed: 1)
        let error = try #require(throws: PolicyError.self) { _ = try accumulator.normaliser() }
        #expect(error.description.contains("narrow"))
    }

    @Test(
        "columns that hardly change neither explode nor move the robot",
        arguments: [
            (Float(0.5), Float(0.5)), (100, 100.001), (0, 1e-9), (-3e-7, 3e-7),
        ])
    func nearlyConstant(low: Float, high: Float) throws {
        let normaliser = Normaliser(
            ranges: [
                .init(
                    embodiment: "arm", stateLow: [low, -1], stateHigh: [high, 1],
                    actionLow: [low], actionHigh: [high])
            ])
        let policy = try FlowPolicy(
            configuration: .preset(
                "tiny", embodiments: Self.robot,
                tasks: [TaskSpecification(instruction: "go", embodiment: "arm")]),
            normaliser: normaliser, seed: 1)
        var batch = Fixtures.observations(count: 0, seed: 1)
        batch = .init(count: 2, historyLength: 2, stateWidth: 2)
        batch.states = [low, 0, low, 0, high + 1, 0, high + 1, 0]
        let chunks = try policy.chunks(
            for: batch, indicator: .absent, noise: randomTwins(16))
        #expect(chunks[..<16] == chunks[16...])  // the column is not seen
        #expect(chunks.allSatisfy { $0 >= low && $0 <= high })
    }

    @Test("statistics that do not fit are all listed")
    func validation() throws {
        let normaliser = Normaliser(
            ranges: [
                .init(
                    embodiment: "arm", stateLow: [1, .nan], stateHigh: [0, 1], actionLow: [],
                    actionHigh: [])
            ])
        let error = try #require(throws: PolicyError.self) {
            try normaliser.validate(for: Self.robot)
        }
        for text in ["state column 0", "state column 1", "action has 0 and 0 columns"] {
            #expect(error.description.contains(text))
        }
    }

    /// The same noise for two samples.
    private func randomTwins(_ count: Int) -> [Float] {
        let noise = randomBlock(1, count, seed: 3).values
        return noise + noise
    }
}
