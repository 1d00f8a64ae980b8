import Foundation

/// How a budget of false promotions is spread over the nights that test a candidate.
///
/// The k-th test may err with probability alpha_k = total (d + 1) / sqrt(k) / sum_j 1 / sqrt(j), where d counts the
/// promotions before it (e-LOND, Xu and Ramdas 2024). The weights sum to one over `tests`, so that among that many
/// tests of candidates that are no better, one is promoted with probability at most `total`, however
/// the tests depend on each other; and among all promotions the share of false ones is on average at most
/// `total`. Then a new budget begins.
package struct ErrorBudget: Sendable, Equatable {
    /// Probability of any false promotion in one budget, such as 0.05.
    package let total: Double
    /// Tests that one budget lasts for.
    package let tests: Int

    package init(total: Double, tests: Int) {
        precondition(
            total > 0 && total < 1 && tests > 0, "a budget of \(total) over \(tests) tests")
        self.total = total
        self.tests = tests
    }

    /// What the test may err by, counted from 1 over all budgets, after `promotions` in its own budget.
    package func alpha(ofTest number: Int, after promotions: Int) -> Double {
        precondition(number > 0 && promotions >= 0, "test \(number) after \(promotions)")
        let place = Double((number - 1) % tests + 1)
        let sum = (1...tests).reduce(0) { $0 + 1 / Double($1).squareRoot() }
        return min(total, total * Double(promotions + 1) / place.squareRoot() / sum)
    }

    /// Whether a test, counted from 1, is the first of a new budget.
    package func beginsAnew(withTest number: Int) -> Bool { (number - 1).isMultiple(of: tests) }
}

/// What a night's test of a candidate spent of the error budget.
package struct ErrorSpent: Codable, Sendable, Equatable {
    /// Number of the test, from 1, over all nights.
    package let test: Int
    /// Promotions before it in the same budget.
    package let promotions: Int
    /// What the test may err by.
    package let alpha: Double
    /// Natural logarithm of the e-value that decides; `pass` needs at least -log(alpha).
    package let logEvidence: Double

    package init(test: Int, promotions: Int, alpha: Double, logEvidence: Double) {
        self.test = test
        self.promotions = promotions
        self.alpha = alpha
        self.logEvidence = logEvidence
    }
}
