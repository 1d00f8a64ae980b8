import Batching
import Foundation
import Policies
import Tensors

/// The robots and tasks that networks are measured with: Meta-World's state and actions, five tasks,
/// and for `small` two cameras.
enum Measured {
    static let tasks = [
        "pick up the puck and place it at the goal", "insert the peg into the hole in the side",
        "put the ring over the peg", "throw the basketball into the hoop", "hammer in the nail",
    ]

    static func configuration(_ preset: String) throws -> PolicyConfiguration {
        let robot = EmbodimentSpecification(
            name: "sawyer", stateWidth: 39, actionWidth: 4, controlRateHertz: 80,
            cameras: preset == "tiny" ? [] : ["corner", "wrist"])
        return try .preset(
            preset, embodiments: [robot],
            tasks: tasks.map { TaskSpecification(instruction: $0, embodiment: robot.name) })
    }

    static let normaliser = Normaliser(
        ranges: [
            .init(
                embodiment: "sawyer", stateLow: Array(repeating: -2, count: 39),
                stateHigh: Array(repeating: 2, count: 39),
                actionLow: Array(repeating: -2, count: 4),
                actionHigh: Array(repeating: 2, count: 4))
        ])

    static func policy(_ preset: String) throws -> FlowPolicy {
        try FlowPolicy(configuration: configuration(preset), normaliser: normaliser, seed: 1)
    }

    /// Random observations of all tasks with all pictures.
    static func observations(_ shape: ObservationShape, count: Int) -> ObservationBatch {
        var batch = ObservationBatch(count: count, shape: shape)
        var random = Random(state: 1)
        for index in batch.states.indices { batch.states[index] = random.next() }
        for index in batch.patches.indices { batch.patches[index] = random.next() }
        for index in batch.hasPicture.indices { batch.hasPicture[index] = true }
        for sample in 0..<count { batch.tasks[sample] = sample % tasks.count }
        return batch
    }

    static func batch(_ configuration: PolicyConfiguration, count: Int) -> PolicyBatch {
        var batch = PolicyBatch(
            count: count, shape: configuration.observationShape, horizon: configuration.horizon,
            actionWidth: configuration.actionWidth)
        batch.observations = observations(configuration.observationShape, count: count)
        var random = Random(state: 2)
        for index in batch.actions.indices { batch.actions[index] = random.next() }
        for sample in 0..<count {
            batch.indicators[sample] = Indicator.allCases[sample % 3]
            batch.weights[sample] = 1
        }
        return batch
    }

    /// Numbers in [-1, 1] (xorshift*): what is in the batch does not matter, only that it is there.
    struct Random {
        var state: UInt64

        mutating func next() -> Float {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return Float((state &* 0x2545_F491_4F6C_DD1D) >> 40) * 0x1p-23 - 1
        }
    }
}

/// Seconds since some moment.
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

/// Prints one figure as a line of JSON.
func report(_ figure: String, _ value: Double, _ unit: String) {
    print("{\"figure\":\"\(figure)\",\"unit\":\"\(unit)\",\"value\":\(value)}")
    // Whoever reads this waits for each line.
    fflush(nil)
}

/// The largest resident set of this process so far, in bytes.
func peakMemory() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024
}
