import Batching
import Dispatch
import Foundation
import Policies
import Tensors

func measureTraining(only: String?, seconds: Double, workers: Int?) throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    func isWanted(_ figure: String) -> Bool { only == nil || only == figure }
    // Memory first: the peak of a process never falls.
    if isWanted("memory-small-step") {
        _ = try steps("small", batchSize: 32, seconds: 0, workers: workers)
        report("memory-small-step", peakMemory(), "bytes")
    }
    if isWanted("train-tiny-256") {
        let rate = try steps("tiny", batchSize: 256, seconds: seconds, workers: workers)
        report("train-tiny-256", rate * 256, "samples/s")
    }
    if isWanted("train-small-32") || isWanted("train-small-peak-share") {
        let peak = measuredPeak(workers: workers)
        let rate = try steps("small", batchSize: 32, seconds: seconds, workers: workers)
        report("train-small-32", rate * 32, "samples/s")
        let work = productWork(try Measured.configuration("small")) * 32
        report("sgemm-peak", peak, "FLOP/s")
        report("train-small-peak-share", rate * work / peak, "share")
    }
}

/// Optimiser steps a second, after two that are not counted.
private func steps(
    _ preset: String, batchSize: Int, seconds: Double, workers: Int
) throws -> Double {
    let policy = try Measured.policy(preset)
    let trainer = try FlowTrainer(
        policy,
        options: TrainingOptions(
            steps: 1_000_000, batchSize: batchSize, learningRate: 1e-4, workers: workers, seed: 1))
    let batch = Measured.batch(policy.configuration, count: batchSize)
    for _ in 0..<2 { try trainer.step(batch) }
    var count = 0
    let start = now()
    repeat {
        try trainer.step(batch)
        count += 1
    } while now() - start < seconds
    return Double(count) / (now() - start)
}

/// Products of 1024 x 1024 matrices on so many threads at once: what bounds everything here.
private func measuredPeak(workers: Int) -> Double {
    let size = 1024
    let blocks = (0..<workers).map { _ in
        (0..<3).map { _ in
            let block = Arena(count: size * size).block(at: 0, rows: size, columns: size)
            block.fill(0.5)
            return block
        }
    }
    var best = 0.0
    for _ in 0..<5 {
        let start = now()
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for _ in 0..<8 {
                Products.multiply(blocks[worker][0], blocks[worker][1], into: blocks[worker][2])
            }
        }
        let work = 2.0 * Double(size * size * size) * 8 * Double(workers)
        best = max(best, work / (now() - start))
    }
    return best
}

/// Floating-point operations of all matrix products of one sample's step, forth and back; attention's
/// scores included, everything that is no product left out.
private func productWork(_ configuration: PolicyConfiguration) -> Double {
    let (trunk, expert, shape) = (
        configuration.trunk, configuration.expert, configuration.observationShape
    )
    let pictures = shape.cameraCount * shape.patchCount
    let tokens = pictures + configuration.instructionLength + 3 + shape.subtaskLength
    let attention = trunk.heads * trunk.headWidth
    let actions = configuration.horizon / expert.stepsPerToken
    let features =
        shape.stateWidth * (shape.historyLength + 2 * configuration.octaves)
        + configuration.pairGains.count * shape.stateWidth * (shape.stateWidth - 1) / 2
    let chunk = configuration.horizon * configuration.actionWidth
    // Keys and values of all rows; the rest of those alone that something reads.
    func layer(_ width: Int, _ expansion: Int, rows: Int, readers: Int, keys: Int) -> Int {
        rows * 2 * width * attention
            + readers
            * (2 * width * attention + 2 * expansion * width * width + 2 * keys * attention)
    }
    func trunkLayer(readers: Int) -> Int {
        layer(trunk.width, trunk.expansion, rows: tokens, readers: readers, keys: tokens)
    }
    let expertLayer = layer(
        expert.width, expert.expansion, rows: actions, readers: actions, keys: tokens + actions)
    let modulation = expert.conditionWidth * expert.width * (6 * trunk.layers + 2)
    let learned =
        (trunk.layers - 1) * trunkLayer(readers: tokens)
        + trunkLayer(readers: shape.subtaskLength + 1) + trunk.layers * expertLayer
        + modulation + trunk.stateWidth * trunk.width + trunk.width * expert.width
        + chunk * expert.width
    // What goes in has no gradient: two products instead of three.
    let entering =
        pictures * shape.patchColumns * trunk.width + features * trunk.stateWidth
        + chunk * expert.width
    return Double(6 * learned + 4 * entering)
}
