import Dispatch
import EpisodeStore

/// Carries what was read to the thread that stores it: one reads while the other compresses and writes.
///
/// At most one part is being stored while the next is being filled, and nothing else is read while a
/// part is large: memory holds two small parts, or one episode of any size.
final class HandOver {
    private let store: ([IngestItem]) throws -> Void
    private let storing = DispatchGroup()
    private var part: [IngestItem] = []
    private var byteCount = 0
    private var episodeCount = 0
    /// How many episodes are compressed at once.
    private let workers: Int
    /// Written while a part is stored; read after a wait for that.
    nonisolated(unsafe) private var failure: (any Error)?

    private static let itemLimit = 64
    /// Episodes of more bytes than this are compressed by one thread, straight into their shard.
    static let byteLimit = EpisodeCompressor.byteLimit

    init(workers: Int, to store: @escaping ([IngestItem]) throws -> Void) {
        self.workers = workers
        self.store = store
    }

    /// Hands on one item, in the order of calls.
    ///
    /// - Throws: what storing an earlier one has thrown.
    func add(_ item: IngestItem) throws {
        part.append(item)
        byteCount += item.byteCount
        if item.byteCount > 0 { episodeCount += 1 }
        // Of three large episodes for two workers, one would be compressed while a worker has nothing to do.
        let isEven = byteCount >= Self.byteLimit / 2 && episodeCount.isMultiple(of: workers)
        if isEven || part.count >= Self.itemLimit || byteCount >= Self.byteLimit { try send() }
    }

    /// Waits until everything that was handed on is stored.
    ///
    /// - Throws: what storing it has thrown.
    func drain() throws {
        try send()
        try wait()
    }

    private func send() throws {
        try wait()
        let isLarge = byteCount > 2 * Self.byteLimit
        let sent = part
        part = []
        byteCount = 0
        episodeCount = 0
        // Sound: only one part is stored at a time, and the caller waits for it before it touches what `store` touches.
        nonisolated(unsafe) let handOver = self
        Threads.start(in: storing) {
            do { try handOver.store(sent) } catch { handOver.failure = error }
        }
        if isLarge { try wait() }
    }

    private func wait() throws {
        storing.wait()
        if let failure { throw failure }
    }
}
