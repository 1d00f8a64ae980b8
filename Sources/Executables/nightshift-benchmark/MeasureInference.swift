import Batching
import Foundation
import Policies

func measureInference(only: String?, seconds: Double) throws {
    func isWanted(_ figure: String) -> Bool { only.map { figure.hasPrefix($0) } ?? true }
    if isWanted("value-small-64") {
        let configuration = try ValueConfiguration(for: Measured.configuration("small"))
        let function = try ValueFunction(
            configuration: configuration, normaliser: Measured.normaliser, seed: 1)
        let batch = Measured.observations(configuration.observationShape, count: 64)
        let times = try repeated(seconds: seconds) { _ = try function.predict(batch) }
        report("value-small-64", 64 * Double(times.count) / times.reduce(0, +), "states/s")
    }
    for preset in ["tiny", "small"] where isWanted("chunk-\(preset)") {
        let policy = try Measured.policy(preset)
        let batch = Measured.observations(policy.configuration.observationShape, count: 1)
        let times = try repeated(seconds: seconds) {
            _ = try policy.chunks(for: batch, indicator: .positive, noiseSeed: 1)
        }.sorted()
        report("chunk-\(preset)-median", 1000 * times[times.count / 2], "ms")
        report("chunk-\(preset)-p99", 1000 * times[times.count * 99 / 100], "ms")
    }
}

/// Seconds of each call, after ten that are not counted; 300 calls at least.
private func repeated(seconds: Double, _ body: () throws -> Void) throws -> [Double] {
    for _ in 0..<10 { try body() }
    var times: [Double] = []
    let start = now()
    repeat {
        let before = now()
        try body()
        times.append(now() - before)
    } while now() - start < seconds || times.count < 300
    return times
}
