import Dispatch
import NIOCore
import Synchronization

/// What all connections share.
final class PolicyService: Sendable {
    let options: ServingOptions
    let shelf: PolicyShelf
    let metrics: ServingMetrics
    let queue: InferenceQueue
    /// Where messages are read and pictures prepared: event loops only move bytes.
    let preparation = DispatchQueue(
        label: "nightshift.preparation", qos: .userInitiated, attributes: .concurrent)
    private let seeds: Atomic<UInt64>
    /// Sockets that are open, robots or not.
    private let sockets = Atomic(0)
    /// Robots that are connected.
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(options: ServingOptions, serving served: ServedPolicy) {
        self.options = options
        shelf = PolicyShelf(served)
        metrics = ServingMetrics()
        queue = InferenceQueue(metrics: metrics)
        seeds = Atomic(options.seed)
    }

    /// A seed that no other request has.
    func nextSeed() -> UInt64 { seeds.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// Counts a socket until it closes; false where there are too many, plain HTTP included.
    func admits(socket: any Channel) -> Bool {
        let count = sockets.wrappingAdd(1, ordering: .relaxed).newValue
        socket.closeFuture.whenComplete { _ in self.sockets.wrappingSubtract(1, ordering: .relaxed)
        }
        // A few more than robots, so that health and metrics can be asked for when all are there.
        guard count > options.maximumConnections + 64 else { return true }
        metrics.countRefusedConnection("sockets")
        return false
    }

    /// Whether a robot more may connect.
    var hasRoom: Bool { channels.withLock { $0.count < options.maximumConnections } }

    func register(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = channel }
        metrics.countConnection(opened: true)
    }

    func forget(_ channel: any Channel) {
        let known = channels.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
        if known != nil { metrics.countConnection(opened: false) }
    }

    /// The connected robots.
    var connected: [any Channel] { channels.withLock { Array($0.values) } }

    /// Whether a request's `Authorization` is right; the time that it takes says nothing about the
    /// key.
    func admits(authorization: String?) -> Bool {
        guard let key = options.apiKey else { return true }
        let expected = Array("Api-Key \(key)".utf8)
        let found = Array((authorization ?? "").utf8)
        var difference = UInt8(found.count == expected.count ? 0 : 1)
        for (place, byte) in expected.enumerated() {
            difference |= byte ^ (place < found.count ? found[place] : ~byte)
        }
        return difference == 0
    }
}
