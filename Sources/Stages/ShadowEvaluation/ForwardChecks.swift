import Batching
import Digests
import Evidence
import Glibc
import Policies

/// A batch that depends on nothing but the policy's shape: seeded states and pictures in [-1, 1] for
/// every task.
func fixedBatch(for configuration: PolicyConfiguration, count: Int) -> ObservationBatch {
    var batch = ObservationBatch(count: count, shape: configuration.observationShape)
    var state: UInt64 = 0x6e69_6768_7473_6869
    func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }
    for index in batch.states.indices { batch.states[index] = next() }
    for index in batch.patches.indices { batch.patches[index] = next() }
    for index in batch.hasPicture.indices { batch.hasPicture[index] = true }
    for sample in 0..<count {
        let task = configuration.tasks[sample % configuration.tasks.count]
        batch.tasks[sample] = sample % configuration.tasks.count
        batch.embodiments[sample] =
            configuration.embodiments.firstIndex { $0.name == task.embodiment } ?? 0
    }
    return batch
}

/// Runs two policies that were loaded from the same bytes over the fixed batch.
func forwardMeasurement(
    of first: any ChunkPolicy, and second: any ChunkPolicy, weightsByteCount: Int
) throws -> ShadowMeasurements.Forward {
    let batch = fixedBatch(for: first.configuration, count: 32)
    let once = try first.chunks(for: batch, noiseSeed: 1)
    let again = try first.chunks(for: batch, noiseSeed: 1)
    let elsewhere = try second.chunks(for: batch, noiseSeed: 1)
    let digests = [once, again, elsewhere].map(digestOfActions)
    return ShadowMeasurements.Forward(
        isFinite: once.allSatisfy(\.isFinite), isDeterministic: Set(digests).count == 1,
        digest: digests[0], weightsByteCount: weightsByteCount)
}

private func digestOfActions(_ actions: [Float]) -> Digest {
    Digest.of(
        actions.flatMap { action in
            (0..<4).map { UInt8(truncatingIfNeeded: action.bitPattern >> (8 * UInt32($0))) }
        })
}

/// Times chunks for one robot at a time, as long as they take where nothing else wants the processor.
///
/// A night shares its machine: waiting for the processor is no fault of the candidate. A chunk that several
/// threads compute takes less time than the process works, one that had to wait takes more.
func latencyMeasurement(
    of policy: any ChunkPolicy, configuration: ShadowConfiguration
) throws -> ShadowMeasurements.Latency {
    let batch = fixedBatch(for: policy.configuration, count: 1)
    var milliseconds: [Double] = []
    for repetition in 0..<configuration.latencyChunks + 3 {
        let start = (
            wall: nanoseconds(CLOCK_MONOTONIC), work: nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
        )
        _ = try policy.chunks(for: batch, noiseSeed: UInt64(repetition))
        let elapsed = min(
            nanoseconds(CLOCK_MONOTONIC) - start.wall,
            nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - start.work)
        if repetition >= 3 { milliseconds.append(Double(elapsed) / 1e6) }  // The first warm caches.
    }
    milliseconds.sort()
    let rates = policy.configuration.embodiments.compactMap(\.controlRateHertz)
    let executed = min(configuration.executedSteps, policy.configuration.horizon)
    return ShadowMeasurements.Latency(
        median: sortedQuantile(milliseconds, 0.5),
        percentile99: sortedQuantile(milliseconds, 0.99),
        budget: rates.max().map { 1000 / $0 * Double(executed) * configuration.latencyShare })
}

private func nanoseconds(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
