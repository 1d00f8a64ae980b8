import Tensors
import TestSupport
import Testing

@Suite("Counter-based random numbers") struct CounterRandomTests {
    /// Known answers of Random123, the authors' implementation (kat_vectors).
    @Test("Philox gives its authors' numbers")
    func knownAnswers() {
        #expect(
            CounterRandom.words(key: 0, counter: (0, 0))
                == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            CounterRandom.words(key: .max, counter: (.max, .max))
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            CounterRandom.words(
                key: 0x299f_31d0_a409_3822,
                counter: (0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e))
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test("normal numbers have mean 0, variance 1 and thin tails")
    func normals() {
        let values = randomBlock(64, 1000, seed: 7).values.map(Double.init)
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let beyondTwo = values.reduce(0.0) { $0 + (abs($1) > 2 ? 1 : 0) } / count
        #expect(abs(mean) < 0.02)
        #expect(abs(variance - 1) < 0.03)
        #expect(abs(beyondTwo - 0.0455) < 0.005)
    }

    @Test("numbers depend on seed, purpose, step and sample, and on nothing else")
    func counters() {
        let random = CounterRandom(seed: 1, purpose: .times)
        let first = random.uniform(step: 2, sample: 3)
        #expect(first == random.uniform(step: 2, sample: 3))
        #expect(first != random.uniform(step: 3, sample: 2))
        #expect(first != CounterRandom(seed: 2, purpose: .times).uniform(step: 2, sample: 3))
        #expect(first != CounterRandom(seed: 1, purpose: .noise).uniform(step: 2, sample: 3))
    }

    @Test("a row begins with the same numbers whatever its length")
    func prefixes() {
        let (short, long) = (zeros(1, 6), zeros(1, 9))
        CounterRandom(seed: 5, purpose: .noise).fillNormals(short, step: 1, sample: 2)
        CounterRandom(seed: 5, purpose: .noise).fillNormals(long, step: 1, sample: 2)
        #expect(short.values == Array(long.values[..<6]))
    }
}
