private import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Encodings of states and times") struct EncodingsTests {
    /// Two embodiments: one of three columns, one of two; column 1 of the first is constant.
    private let centres = block([[1, 5, 0], [0, 2, 0]])
    private let scales = block([[2, 0, 1], [1, 0.5, 0]])

    @Test("state, change, and waves of each octave, column by column")
    func features() {
        let out = zeros(1, 3 * (2 + 4) + 2 * 3)
        encode([0.8, 9, 0.1, 1.2, 5, -0.2], embodiments: [0], into: out)
        let wave = Float.pi / 2
        let expected: [Float] = [
            0.4, 0, -0.2,  // now
            5, 0, -3,  // change times ten, kept within five
            sin(0.4 * wave), 0, sin(-0.2 * wave), cos(0.4 * wave), 0, cos(-0.2 * wave),
            sin(0.8 * wave), 0, sin(-0.4 * wave), cos(0.8 * wave), 0, cos(-0.4 * wave),
            // Columns 0 and 2, 1.4 apart, in the mean of half ranges 0.5 and 1: at gain 1, then 4.
            0, -1.4 / 0.75, 0, 0, -3, 0,
        ]
        #expect(out.values.count == expected.count)
        for (found, wanted) in zip(out.values, expected) { #expect(abs(found - wanted) < 1e-5) }
    }

    @Test("padding and constant columns are zeros whatever they hold")
    func padding() {
        let (clean, dirty) = (zeros(2, 24), zeros(2, 24))
        encode([1, 5, 0, 1, 5, 0, 1, 2, 0, 3, 4, 0], embodiments: [0, 1], into: clean)
        encode(
            [1, .nan, 0, 1, .infinity, 0, 1, 2, .nan, 3, 4, -.infinity], embodiments: [0, 1],
            into: dirty)
        #expect(clean.values == dirty.values)
    }

    @Test("outliers are kept within five, and what is not a number stays so")
    func outliers() {
        let out = zeros(1, 24)
        encode([1e30, 5, 0, 1e30, 5, 0], embodiments: [0], into: out)
        #expect(out[0, 0] == 5)
        #expect(out.isFinite)
        encode([.nan, 5, 0, .nan, 5, 0], embodiments: [0], into: out)
        #expect(out[0, 0].isNaN)
    }

    @Test("times are sines and cosines of time and frequency")
    func times() {
        let (times, frequencies, out) = (zeros(1, 2), zeros(1, 3), zeros(2, 6))
        times.set([0, 0.5])
        frequencies.set([1, 4, 16])
        Encodings.encodeTimes(times, frequencies: frequencies, into: out)
        #expect(out.rows(0..<1).values == [0, 0, 0, 1, 1, 1])
        #expect(abs(out[1, 1] - sin(Float(2))) < 1e-6)
        #expect(abs(out[1, 5] - cos(Float(8))) < 1e-6)
    }

    private func encode(_ states: [Float], embodiments: [Int], into out: Block) {
        Encodings.encodeStates(
            states[...], embodiments: embodiments[...],
            as: .init(centres: centres, scales: scales, history: 2, octaves: 2, gains: [1, 4]),
            into: out)
    }
}

private func block(_ rows: [[Float]]) -> Block {
    let block = zeros(rows.count, rows[0].count)
    block.set(rows.flatMap { $0 })
    return block
}
