import Episodes
import Testing

@Suite("Splits and step outcomes")
struct SplitTests {
    /// Hexadecimal digests that look drawn: multiples of a large odd number.
    private let digests = (1...2000).map { number -> String in
        let words = (0..<4).map { word in
            let value = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &* (2 &* UInt64(word) &+ 3)
            return String(repeating: "0", count: 16 - String(value, radix: 16).count)
                + String(value, radix: 16)
        }
        return words.joined()
    }

    @Test("folds are about equal, and stay when the count is asked again")
    func folds() {
        for count in [2, 3, 5] {
            let sizes = (0..<count).map { wanted in
                digests.count { fold(ofEpisode: $0, count: count) == wanted }
            }
            #expect(sizes.reduce(0, +) == 2000)
            for size in sizes { #expect(abs(Double(size) - 2000 / Double(count)) < 150) }
        }
    }

    @Test("folds and held-out episodes are chosen by different digits")
    func independence() {
        let early = String(repeating: "0", count: 15)
        let late = String(repeating: "f", count: 49)
        #expect(isHeldOut(early + late, share: 0.01))
        #expect(fold(ofEpisode: early + late, count: 2) == 1)
        #expect(fold(ofEpisode: late + early, count: 2) == 0)
        #expect(!isHeldOut(late + early, share: 0.5))
    }

    @Test("what a robot did before a human had to take over is a failure")
    func rescued() {
        let flags = [false, false, true, true, false, true, false]
        let found = stepOutcomes(.success, isDemonstration: false, interventions: flags)
        #expect(
            found == [.failure, .failure, .success, .success, .failure, .success, .success])
    }

    @Test("without a rescue all steps have the episode's outcome", arguments: Outcome.allCases)
    func plain(outcome: Outcome) {
        let none = [false, false, false]
        #expect(
            stepOutcomes(outcome, isDemonstration: false, interventions: none)
                == [outcome, outcome, outcome])
        #expect(
            stepOutcomes(outcome, isDemonstration: true, interventions: [false, true, false])
                == [outcome, outcome, outcome])
    }

    @Test("a failure that a human tried to avert is a failure throughout")
    func failedRescue() {
        #expect(
            stepOutcomes(.failure, isDemonstration: false, interventions: [false, true])
                == [.failure, .failure])
    }
}
