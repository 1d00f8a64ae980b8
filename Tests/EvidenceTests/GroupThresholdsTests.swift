import Evidence
import Testing

@Suite("Thresholds of groups")
struct GroupThresholdsTests {
    private func thresholds(
        _ values: [(Int, Float)], share: Double, groups: Int
    ) -> [Float?] {
        groupThresholds(share: share, groupCount: groups) { body in
            for (group, value) in values { body(group, value) }
        }
    }

    @Test(
        "the configured share of distinct values is strictly above, in each group by itself",
        arguments: [0.1, 0.25, 0.5, 0.9])
    func shares(share: Double) throws {
        var values: [(Int, Float)] = []
        for index in 0..<1000 {
            // A permutation of distinct numbers on both sides of zero.
            values.append((0, Float((index * 617) % 1000) / 100 - 4))
            values.append((1, -1e-3 * Float((index * 373) % 1000 + 1)))
        }
        let found = thresholds(values, share: share, groups: 2)
        for group in 0..<2 {
            let threshold = try #require(found[group])
            let above = values.count { $0.0 == group && $0.1 > threshold }
            #expect(above == Int(share * 1000))
            #expect(values.contains { $0.0 == group && $0.1 == threshold })
        }
    }

    @Test("equal values are never split: fewer than the share are above")
    func ties() {
        let values = [1, 2, 2, 2].map { (0, Float($0)) }
        #expect(thresholds(values, share: 0.5, groups: 1) == [2])
        #expect(thresholds([(0, 0), (0, -0.0), (0, 1)], share: 0.4, groups: 1) == [0])
    }

    @Test("a group without values has no threshold, one with a single value has that")
    func small() {
        #expect(thresholds([(1, -0.25)], share: 0.25, groups: 2) == [nil, -0.25])
    }
}
