import Foundation
import Motion
import Testing

/// Speed of a minimum-jerk reach of length 1 in a second, with a sample at both ends.
func minimumJerkSpeeds(rate: Double) -> [Double] {
    (0...Int(rate)).map { sample in
        let t = Double(sample) / rate
        return 30 * t * t - 60 * t * t * t + 30 * t * t * t * t
    }
}

/// Numbers of a seeded linear congruence in [-1, 1).
func noise(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 52) - 1
    }
}

@Suite("Smoothness of speed profiles") struct SmoothnessTests {
    @Test(
        "the log dimensionless jerk of a minimum-jerk reach has the values of its closed form",
        arguments: [(30.0, -5.0146), (1000, -5.3121), (20_000, -5.3220)])
    func jerk(rate: Double, expected: Double) throws {
        let found = try #require(
            logDimensionlessJerk(ofSpeeds: minimumJerkSpeeds(rate: rate), rate: rate))
        #expect(abs(found - expected) < (rate > 1000 ? 6e-4 : 6e-5), "\(found)")
    }

    @Test("the log dimensionless jerk depends on neither amplitude nor duration")
    func dimensionless() throws {
        let speeds = minimumJerkSpeeds(rate: 100)
        let plain = try #require(logDimensionlessJerk(ofSpeeds: speeds, rate: 100))
        let larger = try #require(
            logDimensionlessJerk(ofSpeeds: speeds.map { $0 * 7 }, rate: 100))
        let slower = try #require(logDimensionlessJerk(ofSpeeds: speeds, rate: 25))
        #expect(abs(plain - larger) < 1e-9)
        #expect(abs(plain - slower) < 1e-9)
    }

    @Test(
        "the spectral arc length of a minimum-jerk reach has its published values",
        arguments: [(30.0, -1.4004), (100, -1.4058), (1000, -1.4024)])
    func arcLength(rate: Double, expected: Double) throws {
        let found = try #require(
            spectralArcLength(ofSpeeds: minimumJerkSpeeds(rate: rate), rate: rate))
        #expect(abs(found - expected) < 6e-5, "\(found)")
    }

    @Test("two submovements have a longer arc than one")
    func submovements() throws {
        let one = minimumJerkSpeeds(rate: 100)
        let pause = [Double](repeating: 0, count: 100)
        let two = zip(one + pause, pause + one).map { $0 + $1 }
        let found = try #require(spectralArcLength(ofSpeeds: two, rate: 100))
        #expect(abs(found + 2.2445) < 6e-5, "\(found)")
    }

    @Test("tenth-amplitude noise hardly moves the arc length, and moves the energy above 5 Hz")
    func noiseIsSeenByEnergy() throws {
        let clean = minimumJerkSpeeds(rate: 30)
        let noisy = zip(clean, noise(clean.count, seed: 3)).map { $0 + 0.1 * 1.875 * $1 / 3 }
        let arcs = try [clean, noisy].map {
            try #require(spectralArcLength(ofSpeeds: $0, rate: 30))
        }
        #expect(abs(arcs[0] - arcs[1]) < 0.05, "\(arcs)")
        let shares = try [clean, noisy].map {
            try #require(highFrequencyShare(of: $0.map(Float.init), width: 1, rate: 30))
        }
        #expect(shares[1] > 10 * shares[0], "\(shares)")
    }

    @Test("noise of a tenth leaves the arc length of a reach at its check value")
    func noisyArcLength() throws {
        let clean = minimumJerkSpeeds(rate: 1000)
        let arcs = try (1...41).map { seed in
            // Sums of twelve uniform numbers are normal for what is asked here; their deviation is 2.
            let parts = noise(12 * clean.count, seed: UInt64(seed))
            let noisy = clean.indices.map { sample in
                let sum = parts[(12 * sample)..<(12 * sample + 12)].reduce(0, +)
                return abs(clean[sample] + 0.1 * 1.875 * sum / 2)
            }
            return try #require(spectralArcLength(ofSpeeds: noisy, rate: 1000))
        }
        // One draw gave -1.4002; draws spread by 0.003.
        let median = arcs.sorted()[20]
        #expect(abs(median + 1.4002) < 0.006, "\(median)")
    }

    @Test("energy is on the right side of 5 Hz")
    func frequencies() throws {
        func share(_ hertz: Double) -> Double? {
            highFrequencyShare(
                of: (0..<200).map { Float(sin(2 * .pi * hertz * Double($0) / 50)) }, width: 1,
                rate: 50)
        }
        #expect(try #require(share(3)) < 0.01)
        #expect(try #require(share(8)) > 0.99)
        #expect(highFrequencyShare(of: [Float](repeating: 1, count: 99), width: 1, rate: 50) == nil)
        #expect(highFrequencyShare(of: [1, 2, 3, 1, 2, 3, 1, 2], width: 1, rate: 10) == nil)
    }

    @Test("the low pass keeps what is slow and takes away what is fast")
    func lowPass() throws {
        let slow = (0..<200).map { sin(Double($0) * 0.1) }
        let fast = (0..<200).map { sin(Double($0) * 2.5) }
        let kept = zip(lowPassed(slow), slow).dropFirst(15).dropLast(15).map { abs($0 - $1) }
        #expect(try #require(kept.max()) < 0.01)
        let left = lowPassed(fast).dropFirst(15).dropLast(15).map { abs($0) }
        #expect(try #require(left.max()) < 0.02)
        #expect(lowPassed([3, 3, 3]).allSatisfy { abs($0 - 3) < 1e-12 })
    }

    @Test("nothing that moves has no smoothness")
    func still() {
        #expect(logDimensionlessJerk(ofSpeeds: [0, 0, 0, 0, 0, 0], rate: 50) == nil)
        #expect(spectralArcLength(ofSpeeds: [0, 0, 0, 0], rate: 50) == nil)
    }
}
