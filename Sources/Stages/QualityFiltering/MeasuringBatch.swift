import Catalogue
import Dispatch
import EpisodeStore
import Foundation
import Synchronization

/// Episodes in order, some measured before and some to be measured now, on all cores.
struct MeasuringBatch {
    fileprivate enum Member: Sendable {
        case known(EpisodeMeasurements, line: Data)
        case new(EpisodeRecord, night: Int)
    }

    /// Recorded bytes that may be in memory at once beyond one episode a core.
    private static let byteLimit = 256 << 20
    private static let countLimit = 64

    private let shards: EpisodeShards
    private var members: [Member] = []
    private var newBytes = 0

    init(shards: EpisodeShards) { self.shards = shards }

    var isFull: Bool { members.count >= Self.countLimit || newBytes >= Self.byteLimit }

    mutating func add(_ known: EpisodeMeasurements, line: Data) {
        members.append(.known(known, line: line))
    }

    mutating func add(_ record: EpisodeRecord, night: Int) {
        members.append(.new(record, night: night))
        newBytes += record.bytesIn
    }

    /// Measures what is new and gives everything back in order, with the lines of what was known.
    ///
    /// The batch is empty after it.
    ///
    /// - Throws: the store's errors.
    mutating func finish() throws -> [(measurements: EpisodeMeasurements, line: Data?)] {
        let (work, shards) = (members, shards)
        members = []
        newBytes = 0
        let results = Mutex(
            [Result<(measurements: EpisodeMeasurements, line: Data?), any Error>?](
                repeating: nil, count: work.count))
        DispatchQueue.concurrentPerform(iterations: work.count) { index in
            let result = Result { try work[index].measurements(shards) }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { try $0.compactMap { try $0?.get() } }
    }
}

extension MeasuringBatch.Member {
    fileprivate func measurements(
        _ shards: EpisodeShards
    ) throws -> (measurements: EpisodeMeasurements, line: Data?) {
        switch self {
        case .known(let measurements, let line): return (measurements, line)
        case .new(let record, let night):
            let episode = try shards.read(
                EpisodeLocation(
                    shard: record.shard, offset: record.offset, length: record.length),
                expecting: record.digest)
            return (try EpisodeMeasurements(of: episode, record: record, night: night), nil)
        }
    }
}
