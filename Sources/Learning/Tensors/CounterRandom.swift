private import CKernels

/// Random numbers that are a function of a seed and a counter (Philox4x32-10).
///
/// There is no state to save: the numbers of sample i of step s are the same after a resume.
package struct CounterRandom: Sendable {
    /// What numbers are for; streams of different purposes never meet.
    package enum Purpose: UInt64, Sendable {
        case noise = 1, times, initialisation, reservoir, sampling, dropout
    }

    private let key: UInt64
    private let purpose: Purpose

    package init(seed: UInt64, purpose: Purpose) {
        key = seed
        self.purpose = purpose
    }

    /// Fills a row with standard normal numbers.
    ///
    /// - Precondition: `step` is below 2^28, `sample` below 2^28: they share a counter of 64 bits.
    package func fillNormals(_ row: Block, step: Int, sample: Int) {
        precondition(row.rows == 1, "\(row.rows) rows at once")
        unsafe ck_normals(key, counter(step, sample), row.start, row.columns)
    }

    /// A number in [0, 1).
    package func uniform(step: Int, sample: Int) -> Double {
        Double(word(step: step, sample: sample) >> 11) * 0x1p-53
    }

    /// 64 random bits.
    package func word(step: Int, sample: Int) -> UInt64 {
        let words = Self.words(key: key, counter: (0, counter(step, sample)))
        return UInt64(words[0]) << 32 | UInt64(words[1])
    }

    /// The four words of Philox4x32-10 itself; the counter's low half comes first.
    package static func words(key: UInt64, counter: (UInt64, UInt64)) -> [UInt32] {
        var words: [UInt32] = [0, 0, 0, 0]
        unsafe ck_philox(key, counter.0, counter.1, &words)
        return words
    }

    private func counter(_ step: Int, _ sample: Int) -> UInt64 {
        precondition(
            step >= 0 && step < 1 << 28 && sample >= 0 && sample < 1 << 28,
            "step \(step), sample \(sample)")
        return purpose.rawValue << 56 | UInt64(step) << 28 | UInt64(sample)
    }
}
