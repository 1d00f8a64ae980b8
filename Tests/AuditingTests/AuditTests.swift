import Auditing
import Digests
import Foundation
import Testing

@Suite("The audit of a filter") struct AuditTests {
    private let episodes = (0..<200).map {
        (digest: Digest.of("\($0)"), task: "task \($0 % 2)", stepCount: 50 + $0)
    }

    @Test("every arm keeps as many of each task as the filter, and all hold out the same")
    func arms() {
        // The filter takes out the longest.
        let kept = Set(episodes.filter { $0.stepCount < 170 }.map(\.digest))
        let pool = AuditPool(episodes, kept: kept, heldOutShare: 0.2)
        let filter = Set(pool.snapshot(.filter, seed: 1))
        let random = Set(pool.snapshot(.random, seed: 1))
        #expect(filter.count == random.count)
        #expect(filter != random)
        #expect(random != Set(pool.snapshot(.random, seed: 2)))
        #expect(pool.snapshot(.random, seed: 1) == pool.snapshot(.random, seed: 1))
        // A filter that only sees length is shortest-first.
        #expect(Set(pool.snapshot(.shortestFirst, seed: 1)) == filter)
        for task in ["task 0", "task 1"] {
            let members = Set(episodes.filter { $0.task == task }.map(\.digest))
            #expect(filter.intersection(members).count == random.intersection(members).count)
        }
        #expect(pool.keptCount < pool.candidateCount)
    }

    @Test("a verdict is earned against both arms, lost against either, and else undecided")
    func verdicts() {
        let better = AuditVerdict(scores: [
            .filter: [0.80, 0.82, 0.81], .random: [0.60, 0.63, 0.61],
            .shortestFirst: [0.70, 0.71, 0.72],
        ])
        #expect(better.verdict == .earned)
        #expect(abs((better.comparisons.first?.gain ?? 0) - 0.1966667) < 1e-6)
        let shorter = AuditVerdict(scores: [
            .filter: [0.80, 0.82, 0.81], .random: [0.60, 0.63, 0.61],
            .shortestFirst: [0.90, 0.91, 0.93],
        ])
        #expect(shorter.verdict == .notEarned)
        let noisy = AuditVerdict(scores: [
            .filter: [0.5, 0.9, 0.7], .random: [0.6, 0.5, 0.7], .shortestFirst: [0.7, 0.6, 0.5],
        ])
        #expect(noisy.verdict == .undecided)
        #expect(AuditVerdict(scores: [.filter: [1], .random: [0]]).verdict == .undecided)
    }
}
