import Batching
import Digests
import Synchronization

/// Counts for Prometheus.
final class ServingMetrics: Sendable {
    private struct Counts {
        var requests = 0
        var errors: [ServingError.Code: Int] = [:]
        var latencies = Histogram(
            bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5])
        var batches = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64])
        var connections = 0
        var connectionsEver = 0
        var connectionsRefused: [String: Int] = [:]
        var swaps = 0
        var releasesRefused = 0
    }

    private let counts = Mutex(Counts())

    func countRequest() { counts.withLock { $0.requests += 1 } }
    func countError(_ code: ServingError.Code) {
        counts.withLock { $0.errors[code, default: 0] += 1 }
    }
    func countReply(seconds: Double) { counts.withLock { $0.latencies.add(seconds) } }
    func countBatch(of size: Int) { counts.withLock { $0.batches.add(Double(size)) } }
    func countSwap() { counts.withLock { $0.swaps += 1 } }
    func countRefusedRelease() { counts.withLock { $0.releasesRefused += 1 } }
    func countRefusedConnection(_ reason: String) {
        counts.withLock { $0.connectionsRefused[reason, default: 0] += 1 }
    }
    func countConnection(opened: Bool) {
        counts.withLock {
            $0.connections += opened ? 1 : -1
            $0.connectionsEver += opened ? 1 : 0
        }
    }

    /// The exposition format of Prometheus, version 0.0.4.
    func text(serving served: ServedPolicy, source: PolicySource) -> String {
        let counts = counts.withLock { $0 }
        var page = MetricsPage()
        page.add("requests_total", .counter, "Observations received.", counts.requests)
        page.add(
            "errors_total", .counter, "Errors by reason; each ended a connection.",
            ServingError.Code.allCases.map { ("reason=\"\($0.rawValue)\"", counts.errors[$0] ?? 0) }
        )
        page.add("request_seconds", "From an observation to its reply.", counts.latencies)
        page.add("batch_size", "Requests computed together.", counts.batches)
        page.add("connections", .gauge, "Robots connected now.", counts.connections)
        page.add("connections_total", .counter, "Robots that connected.", counts.connectionsEver)
        page.add(
            "connections_refused_total", .counter, "Connections refused, by reason.",
            ["api_key", "full", "sockets"].map {
                ("reason=\"\($0)\"", counts.connectionsRefused[$0] ?? 0)
            })
        page.add(
            "release_swaps_total", .counter, "Releases taken up while serving.", counts.swaps)
        page.add(
            "release_refusals_total", .counter,
            "Releases that the channel named and that were not served.", counts.releasesRefused)
        page.add(
            "release_info", .gauge, "The release that is served.",
            [
                (
                    "release=\"\(served.id.hex)\",source=\"\(source.label)\","
                        + "indicator=\"\(served.indicator.word)\"", 1
                )
            ])
        return page.text
    }
}
