import Evidence
import Foundation

/// Whether a filter has earned its place: by the policies that result, not by its own scores.
package struct AuditVerdict: Codable, Sendable, Equatable {
    package enum Value: String, Codable, Sendable {
        case earned
        case notEarned = "not earned"
        case undecided
    }

    /// The filter against another arm, over seeds.
    package struct Comparison: Codable, Sendable, Equatable {
        package let against: AuditArm
        /// How much better the filter's policies are, in the measure's unit.
        package let gain: Double
        /// Student's 95 % interval over seeds.
        package let low: Double
        package let high: Double
    }

    package let verdict: Value
    package let comparisons: [Comparison]

    /// Of scores, higher is better, a number a seed and arm.
    ///
    /// Earned where the filter is certainly better than random and than shortest-first; not earned where
    /// it is certainly worse than either, or takes nothing out.
    package init(scores: [AuditArm: [Double]]) {
        let ours = scores[.filter] ?? []
        comparisons = [AuditArm.random, .shortestFirst].compactMap { arm in
            let gains = zip(ours, scores[arm] ?? []).map { $0 - $1 }
            return meanInterval(of: gains).map {
                Comparison(against: arm, gain: $0.mean, low: $0.lower, high: $0.upper)
            }
        }
        if comparisons.count == 2, comparisons.allSatisfy({ $0.low > 0 }) {
            verdict = .earned
        } else if comparisons.contains(where: { $0.high < 0 }) {
            verdict = .notEarned
        } else {
            verdict = .undecided
        }
    }
}

/// What filter-by-quality audit prints.
package struct AuditReport: Codable, Sendable, Equatable {
    package let headline: String
    /// `success rate`, or `minus held-out action error`.
    package let measure: String
    package let candidates: Int
    package let kept: Int
    /// A number a seed, by arm.
    package let scores: [String: [Double]]
    package let verdict: AuditVerdict.Value
    package let comparisons: [AuditVerdict.Comparison]

    init(pool: AuditPool, measure: String, scores: [AuditArm: [Double]]) {
        let verdict = AuditVerdict(scores: scores)
        self.measure = measure
        candidates = pool.candidateCount
        kept = pool.keptCount
        self.scores = Dictionary(
            uniqueKeysWithValues: scores.map { ($0.key.rawValue, $0.value) })
        self.verdict = verdict.verdict
        comparisons = verdict.comparisons
        headline = "\(verdict.verdict.rawValue): the filter keeps \(kept) of \(candidates) episodes"
    }

    /// Lines for a person.
    package var lines: [String] {
        [headline]
            + comparisons.map {
                String(
                    format: "  against %@: %+.4f in %@, 95 %% interval %+.4f to %+.4f",
                    $0.against.rawValue, $0.gain, measure, $0.low, $0.high)
            }
    }
}
