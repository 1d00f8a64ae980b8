import Batching
import Digests
import Dispatch
import Policies
import Synchronization

/// Draws chunks for requests as they come: those that arrive while a batch is being computed are
/// computed together in the next one.
final class InferenceQueue: Sendable {
    typealias Answer = @Sendable (Result<InferenceAnswer, ServingError>) -> Void

    /// Requests that are computed together at most; the others wait for the next batch.
    static let largestBatch = 64

    private struct Waiting: Sendable {
        let request: PreparedRequest
        let answer: Answer
    }

    private let waiting = Mutex<[Waiting]>([])
    /// One batch at a time: the policy itself uses all cores.
    private let dispatcher = DispatchQueue(label: "nightshift.inference", qos: .userInteractive)
    private let metrics: ServingMetrics

    init(metrics: ServingMetrics) { self.metrics = metrics }

    /// Computes the request soon; `answer` is called on the dispatcher's thread.
    func submit(_ request: PreparedRequest, answer: @escaping Answer) {
        waiting.withLock { $0.append(Waiting(request: request, answer: answer)) }
        // Finds nothing to do where an earlier batch took this request along.
        dispatcher.async { self.compute(self.takeBatch()) }
    }

    /// The requests at the front that ask the same release.
    private func takeBatch() -> [Waiting] {
        waiting.withLock { waiting in
            guard let served = waiting.first?.request.served else { return [] }
            let batch = Array(
                waiting.prefix(Self.largestBatch).prefix { $0.request.served === served })
            waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func compute(_ batch: [Waiting]) {
        guard let served = batch.first?.request.served else { return }
        let start = DispatchTime.now()
        do {
            let actions = try Self.chunks(of: batch.map(\.request), served)
            let elapsed = start.millisecondsToNow
            metrics.countBatch(of: batch.count)
            for (place, one) in batch.enumerated() {
                one.answer(
                    .success(
                        InferenceAnswer(
                            actions: one.request.rows(of: actions, at: place), release: served.id,
                            milliseconds: elapsed, batchSize: batch.count)))
            }
        } catch {
            // Asked one by one, so that the error of one costs the others nothing.
            guard batch.count == 1 else { return batch.forEach { compute([$0]) } }
            batch[0].answer(.failure(ServingError(.inferenceFailed, "\(error)")))
        }
    }

    private static func chunks(
        of requests: [PreparedRequest], _ served: ServedPolicy
    ) throws -> [Float] {
        let shape = served.policy.configuration.observationShape
        let batch =
            requests.count == 1
            ? requests[0].sample : ObservationBatch(joining: requests.map(\.sample), shape: shape)
        return try served.policy.chunks(
            for: batch, indicator: served.indicator,
            noise: requests.flatMap { $0.noise.map { $0 * served.temperature } },
            guidance: served.guidance)
    }
}

extension DispatchTime {
    /// Milliseconds since this instant.
    var millisecondsToNow: Double {
        Double(DispatchTime.now().uptimeNanoseconds - uptimeNanoseconds) / 1e6
    }
}
