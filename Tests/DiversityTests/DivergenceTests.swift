import Diversity
import Evidence
import Testing

@Suite("Divergence and mutual information") struct DivergenceTests {
    @Test("(.5, .3, .2) and (.4, .4, .2) differ by 0.0091859 bits, and by 0.1 in one bin")
    func published() {
        let (left, right) = ([0.5, 0.3, 0.2], [0.4, 0.4, 0.2])
        #expect(abs(Divergence.jensenShannon(left, right) - 0.0091859) < 5e-8)
        #expect(abs(Divergence.largestDifference(left, right) - 0.1) < 1e-12)
        #expect(Divergence.jensenShannon([1, 0], [0, 3]) == 1)
        #expect(Divergence.jensenShannon([2, 2], [5, 5]) == 0)
    }

    @Test("edges cut the reference into equal parts, and equal edges are one")
    func edges() {
        let edges = Divergence.edges(of: [1, 2, 3, 4, 5, 6, 7, 8], bins: 4)
        #expect(edges == [3, 5, 7])
        #expect(Divergence.histogram([0, 3, 4, 9, 9], edges: edges) == [1, 2, 0, 2])
        #expect(Divergence.edges(of: [1, 1, 1, 1], bins: 4) == [1])
    }

    /// Draws of two distributions, `shift` apart in the unit of their width.
    static func drift(_ shift: Double, seed: UInt64) -> DriftTest? {
        var random = SeededRandom(seed: seed)
        func drawn(_ count: Int) -> [Double] {
            (0..<count).map { _ in Double.random(in: 0..<1, using: &random) }
        }
        let reference = drawn(600)
        let edges = Divergence.edges(of: reference, bins: 10)
        return DriftTest(
            of: drawn(40).map { [Divergence.place(of: $0 + shift, among: edges)] },
            from: reference.map { [Divergence.place(of: $0, among: edges)] },
            places: edges.count + 1, permutations: 200, seed: seed)
    }

    @Test("equal nights exceed their null about once in a hundred, shifted ones nearly always")
    func permutationNull() throws {
        let equal = (1...300).compactMap { Self.drift(0, seed: $0) }
        // 99.9 % of binomials of 300 and 0.01 to 0.02 lie within.
        #expect(equal.count { $0.divergence > $0.null99 } <= 14)
        let shifted = (1...40).compactMap { Self.drift(0.5, seed: 1000 + $0) }
        #expect(shifted.count { $0.divergence > $0.null99 } >= 38)
        #expect(
            DriftTest(of: [[1]], from: Array(repeating: [1], count: 90), places: 2, seed: 1)
                == nil)
    }

    @Test("thirty tests of an equal night alarm no more often together than one alone")
    func joint() {
        let nights = (0..<60).map { night in
            (0..<30).compactMap { Self.drift(0, seed: UInt64(1 + night * 30 + $0)) }
        }
        // 99.9 % of binomials of 60 and 0.02.
        #expect(nights.count { DriftTest.alarms($0).contains(true) } <= 6)
        // Without that, a third of them would.
        #expect(nights.count { $0.contains { $0.divergence > $0.null99 } } >= 8)
        var drifted = nights[0]
        if let moved = Self.drift(0.5, seed: 7) { drifted.append(moved) }
        #expect(DriftTest.alarms(drifted).last == true)
    }

    @Test(
        "a shift of some of many histograms is seen, and those that move together are not taken for several"
    )
    func several() throws {
        var random = SeededRandom(seed: 8)
        func episode(_ shift: Int) -> [Int] {
            let common = Int.random(in: 0..<4, using: &random)
            return (0..<20).map { histogram in
                histogram < 4
                    ? min(9, Int.random(in: 0..<9, using: &random) + shift)
                    : common + Int.random(in: 0..<2, using: &random)
            }
        }
        let reference = (0..<500).map { _ in episode(0) }
        let same = (0..<60).compactMap { seed in
            DriftTest(
                of: (0..<50).map { _ in episode(0) }, from: reference, places: 10,
                permutations: 200, seed: seed)
        }
        #expect(same.count == 60 && same.count { $0.divergence > $0.null99 } <= 5)
        let moved = try #require(
            DriftTest(
                of: (0..<50).map { _ in episode(2) }, from: reference, places: 10, seed: 1))
        #expect(moved.divergence > moved.null99)
    }

    /// Pairs of normal numbers with a correlation (Box and Muller).
    static func normals(_ correlation: Double, _ count: Int, seed: UInt64) -> ([Double], [Double]) {
        var random = SeededRandom(seed: seed)
        var (x, y): ([Double], [Double]) = ([], [])
        for _ in 0..<count {
            let (a, b) = TestNormals.pair(using: &random)
            x.append(a)
            y.append(correlation * a + (1 - correlation * correlation).squareRoot() * b)
        }
        return (x, y)
    }

    @Test(
        "two normal numbers tell of each other what theory says",
        arguments: [(0.5, 0.1438, 0.06), (0.9, 0.8304, 0.087), (0, 0, 0.03)])
    func kraskov(correlation: Double, truth: Double, tolerance: Double) throws {
        let (x, y) = Self.normals(correlation, 2000, seed: 3)
        let found = try #require(MutualInformation.kraskov(x, y))
        #expect(abs(found - truth) < tolerance, "\(found)")
    }
}
