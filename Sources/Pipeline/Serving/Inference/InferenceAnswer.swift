import Digests
import Policies

/// One robot's chunk, and how it came about.
struct InferenceAnswer: Sendable {
    /// Horizon x the robot's own action columns, in its units.
    let actions: NumericArray
    let release: Digest
    /// What the batch that it was part of took to compute.
    let milliseconds: Double
    let batchSize: Int

    /// The bytes of the reply, as openpi's clients read it.
    func reply(serverMilliseconds: Double, previousMilliseconds: Double?) -> [UInt8] {
        var server: [MessageEntry] = [
            MessageEntry(.text("infer_ms"), .number(serverMilliseconds)),
            MessageEntry(.text("batch_size"), .integer(Int64(batchSize))),
        ]
        if let previousMilliseconds {
            server.append(MessageEntry(.text("prev_total_ms"), .number(previousMilliseconds)))
        }
        return MessageEncoder.encode(
            .named([
                "actions": .array(actions),
                "policy_timing": .named(["infer_ms": .number(milliseconds)]),
                "server_timing": .map(server),
                "release": .text(release.hex),
            ]))
    }
}

extension PreparedRequest {
    /// This request's rows in the actions of a batch, without columns that the robot lacks.
    func rows(of actions: [Float], at place: Int) -> NumericArray {
        let configuration = served.policy.configuration
        let (horizon, width) = (configuration.horizon, configuration.actionWidth)
        let own = actionWidth
        var values: [Float] = []
        values.reserveCapacity(horizon * own)
        for step in 0..<horizon {
            let start = (place * horizon + step) * width
            values += actions[start..<(start + own)]
        }
        return NumericArray(values, shape: [horizon, own])
    }
}
