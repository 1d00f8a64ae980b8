/// SplitMix64 (Steele, Lea and Flood 2014): the same seed draws the same numbers everywhere.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// `count` different numbers of `0..<total` in ascending order; all of them if there are no more.
    package mutating func sample(_ count: Int, of total: Int) -> [Int] {
        guard count < total else { return Array(0..<total) }
        // Selection sampling (Knuth, algorithm S).
        var (chosen, missing) = ([Int](), count)
        for index in 0..<total where Int.random(in: 0..<(total - index), using: &self) < missing {
            chosen.append(index)
            missing -= 1
        }
        return chosen
    }
}
