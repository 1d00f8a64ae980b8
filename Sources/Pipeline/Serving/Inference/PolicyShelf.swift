import Synchronization

/// The policy that is served now.
final class PolicyShelf: Sendable {
    private let served: Mutex<ServedPolicy>

    init(_ served: ServedPolicy) { self.served = Mutex(served) }

    var current: ServedPolicy { served.withLock { $0 } }

    /// Requests that come from now on are answered by another policy.
    func replace(with other: ServedPolicy) { served.withLock { $0 = other } }
}
