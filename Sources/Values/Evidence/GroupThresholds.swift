/// Finds, for each group of a stream of values, the threshold that a share of them exceeds.
///
/// The threshold is exact, one of the group's own values; memory grows with the groups only. The
/// stream is read four times: once to count, and then each pass fixes more bits of the thresholds.
///
/// - Parameters:
///   - share: of a group's values to be strictly above its threshold, between 0 and 1; equal values
///     can make it less.
///   - groupCount: groups are numbered from 0 up to this.
///   - stream: calls its argument with every value and its group, each time the same.
/// - Returns: one threshold a group; nil where a group is empty.
package func groupThresholds(
    share: Double, groupCount: Int, stream: ((Int, Float) -> Void) throws -> Void
) rethrows -> [Float?] {
    precondition(share > 0 && share < 1, "a share of \(share)")
    var searches = [RadixSearch](repeating: RadixSearch(), count: groupCount)
    try stream { group, _ in searches[group].count += 1 }
    for index in searches.indices { searches[index].begin(share: share) }
    for digit in RadixSearch.digits {
        try stream { group, value in searches[group].tally(value, digit: digit) }
        for index in searches.indices { searches[index].narrow(digit: digit) }
    }
    return searches.map(\.result)
}

/// Selects the value of a rank by radix, the highest bits first.
private struct RadixSearch {
    /// Shift and width of each digit of 32 bits.
    static let digits = [(shift: 21, bits: 11), (shift: 10, bits: 11), (shift: 0, bits: 10)]

    var count = 0
    /// Values below the wanted one among those that share its known bits.
    private var rank = 0
    private var known: UInt32 = 0
    private var knownMask: UInt32 = 0
    private var tallies: [Int] = []

    /// At most `share` of the values come after the one of this rank.
    mutating func begin(share: Double) {
        rank = max(0, count - 1 - Int(share * Double(count)))
        tallies = Array(repeating: 0, count: 1 << 11)
    }

    mutating func tally(_ value: Float, digit: (shift: Int, bits: Int)) {
        let key = Self.key(value)
        guard key & knownMask == known else { return }
        tallies[Int(key >> UInt32(digit.shift)) & (1 << digit.bits - 1)] += 1
    }

    mutating func narrow(digit: (shift: Int, bits: Int)) {
        var place = 0
        while place < tallies.count - 1, rank >= tallies[place] {
            rank -= tallies[place]
            place += 1
        }
        known |= UInt32(place) << UInt32(digit.shift)
        knownMask |= UInt32(1 << digit.bits - 1) << UInt32(digit.shift)
        for index in tallies.indices { tallies[index] = 0 }
    }

    var result: Float? { count > 0 ? Self.value(known) : nil }

    /// Bits whose order as numbers is that of the values; -0 is 0.
    private static func key(_ value: Float) -> UInt32 {
        let bits = (value == 0 ? 0 : value).bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 1 << 31
    }

    private static func value(_ key: UInt32) -> Float {
        Float(bitPattern: key >> 31 == 1 ? key & ~(1 << 31) : ~key)
    }
}
