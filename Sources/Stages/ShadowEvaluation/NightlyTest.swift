import Catalogue
import Digests
import EpisodeStore
import Evidence
import Foundation

/// Which of all nights' tests this one is, and what it may err by.
struct NightlyTest: Equatable {
    /// From 1, over all nights that tested a candidate in simulation.
    let number: Int
    /// Candidates that passed before, in the same budget.
    let promotions: Int
    let alpha: Double
}

extension NightlyTest {
    /// What is read of earlier evidence.
    private struct Earlier: Decodable {
        let candidate: Digest
        let incumbent: Digest?
        let verdict: EvidenceVerdict
        let simulation: Simulated?

        struct Simulated: Decodable {
            let firstSeed: UInt64
            let errorSpent: ErrorSpent
        }
    }

    /// The test of a candidate against an incumbent.
    ///
    /// The same pair keeps its number, so that judging it again with more looks goes on with the same
    /// test; other settings of the seed make it another one.
    static func next(
        of candidate: Digest, against incumbent: Digest, firstSeed: UInt64, budget: ErrorBudget,
        catalogue: ExperienceCatalogue, objects: ObjectStore
    ) throws -> NightlyTest {
        var newest: (spent: ErrorSpent, passed: Bool)?
        for attempt in try catalogue.attempts(stage: "shadow-evaluate", limit: 10_000)
        where attempt.state == .succeeded {
            let digest = try attempt.output(ofKind: "evidence").digest
            let earlier = try JSONDecoder().decode(
                Earlier.self, from: Data(try objects.read(digest)))
            guard let simulation = earlier.simulation else { continue }
            let spent = simulation.errorSpent
            if earlier.candidate == candidate, earlier.incumbent == incumbent,
                simulation.firstSeed == firstSeed
            {
                return NightlyTest(
                    number: spent.test, promotions: spent.promotions,
                    alpha: budget.alpha(ofTest: spent.test, after: spent.promotions))
            }
            if spent.test > newest?.spent.test ?? 0 { newest = (spent, earlier.verdict == .pass) }
        }
        let number = (newest?.spent.test ?? 0) + 1
        let before = newest.map { $0.spent.promotions + ($0.passed ? 1 : 0) } ?? 0
        let promotions = budget.beginsAnew(withTest: number) ? 0 : before
        return NightlyTest(
            number: number, promotions: promotions,
            alpha: budget.alpha(ofTest: number, after: promotions))
    }
}
