private import Dispatch
private import Synchronization

/// Episodes that are nearly the same, because they went the same way.
package struct NearDuplicates: Sendable {
    /// One episode of a cluster.
    package struct Twin: Sendable, Equatable {
        /// The cluster, numbered from 0.
        package let cluster: Int
        /// How far it is from the nearest of the cluster: see ``PhaseProfile/distance(to:ranges:)``.
        package let distance: Double
    }

    /// One a row, nil where an episode is like no other.
    package let twins: [Twin?]
    /// How many clusters there are.
    package let clusterCount: Int

    /// How many of an episode's nearest are compared along their way.
    private static let compared = 8

    /// Of episodes whose profiles have the same width.
    ///
    /// Arguments:
    ///   - cosine: of the angle of two ways, from which on they are compared point by point.
    ///   - distance: along their way, in ranges of the columns, below which they are nearly the same.
    package init(_ profiles: [PhaseProfile], cosine: Double, distance: Double) {
        let pairs = Self.pairs(PhaseProfile.ways(of: profiles), cosine: Float(cosine))
        let distances = Self.distances(pairs, profiles)
        var parents = Array(profiles.indices)
        func root(_ row: Int) -> Int {
            var row = row
            while parents[row] != row { row = parents[row] }
            return row
        }
        var nearest = [Double](repeating: .infinity, count: profiles.count)
        for (pair, found) in zip(pairs, distances) where found < distance {
            for row in [pair.0, pair.1] { nearest[row] = min(nearest[row], found) }
            let roots = (root(pair.0), root(pair.1))
            parents[max(roots.0, roots.1)] = min(roots.0, roots.1)
        }
        var numbers: [Int: Int] = [:]
        twins = profiles.indices.map { row in
            guard nearest[row].isFinite else { return nil }
            let cluster = numbers[root(row), default: numbers.count]
            numbers[root(row)] = cluster
            return Twin(cluster: cluster, distance: nearest[row])
        }
        clusterCount = numbers.count
    }

    /// Each row with its nearest of those beyond the cosine, each pair once.
    ///
    /// Nearest by the ways themselves: where all ways bend alike, more or less, their directions are the same.
    private static func pairs(_ rows: Embeddings, cosine: Float) -> [(Int, Int)] {
        let squares = (0..<rows.count).map { rows[$0].reduce(0) { $0 + $1 * $1 } }
        let lengths = squares.map { $0.squareRoot() }
        let near: [[Int]] = unsafe SquaredDistances(to: rows).map(rows, filling: []) {
            row, distances in
            var found: [(distance: Float, row: Int)] = []
            for other in distances.indices where other != row {
                let distance = unsafe distances[other]
                let product = (squares[row] + squares[other] - distance) / 2
                let both = lengths[row] * lengths[other]
                guard both > 0 ? product >= cosine * both : squares[row] == squares[other],
                    found.count < Self.compared || distance < found[Self.compared - 1].distance
                else { continue }
                let place = found.firstIndex { distance < $0.distance } ?? found.count
                found.insert((distance, other), at: place)
                if found.count > Self.compared { found.removeLast() }
            }
            return found.map(\.row)
        }
        return near.indices.flatMap { row in
            near[row].filter { row < $0 || !near[$0].contains(row) }.map { (row, $0) }
        }
    }

    /// On all cores.
    private static func distances(
        _ pairs: [(Int, Int)], _ profiles: [PhaseProfile]
    ) -> [Double] {
        let ranges = PhaseProfile.ranges(of: profiles)
        let size = 64
        let found = Mutex([Double](repeating: .infinity, count: pairs.count))
        let pairs = pairs.map { [$0.0, $0.1] }
        DispatchQueue.concurrentPerform(iterations: (pairs.count + size - 1) / size) { index in
            let part = (index * size)..<min(pairs.count, (index + 1) * size)
            let distances = part.map {
                profiles[pairs[$0][0]].distance(to: profiles[pairs[$0][1]], ranges: ranges)
            }
            found.withLock { $0.replaceSubrange(part, with: distances) }
        }
        return found.withLock { $0 }
    }
}
