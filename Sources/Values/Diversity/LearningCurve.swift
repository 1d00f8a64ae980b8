private import Foundation

/// What evaluations found of a policy that learned from some episodes.
package struct CurvePoint: Codable, Sendable, Equatable {
    /// Episodes of the task that were learned from.
    package let episodes: Int
    package let evaluations: Int
    package let successes: Int

    package init(episodes: Int, evaluations: Int, successes: Int) {
        (self.episodes, self.evaluations, self.successes) = (episodes, evaluations, successes)
    }
}

/// Failure rate against the amount of data: a n^-b + c with n = 1 for the most episodes.
///
/// Power laws with a floor describe learning curves (Hestness et al., arXiv 1712.00409; Lin et al., arXiv 2410.18647, for robots).
package struct LearningCurve: Sendable, Equatable {
    package let a: Double
    package let b: Double
    package let c: Double

    package init(a: Double, b: Double, c: Double) { (self.a, self.b, self.c) = (a, b, c) }

    /// Failure rate at a share of the most episodes.
    package func error(at share: Double) -> Double { a * pow(share, -b) + c }

    /// How much less often the policy fails with twice the most episodes.
    package var gainOfDoubling: Double { a * (1 - pow(2, -b)) }

    /// Weighted least squares over b from 0.1 to 1.5, each with its best a and c of at least 0.
    ///
    /// - Precondition: as many shares as rates and weights; at least one.
    static func fitted(shares: [Double], rates: [Double], weights: [Double]) -> LearningCurve {
        var best = (curve: LearningCurve(a: 0, b: 1, c: 0), residual: Double.infinity)
        for tenth in 1...15 {
            let b = Double(tenth) / 10
            let x = shares.map { pow($0, -b) }
            let curve = fitted(b: b, x: x, y: rates, weights)
            var residual = 0.0
            for index in x.indices {
                let miss = rates[index] - curve.a * x[index] - curve.c
                residual += weights[index] * miss * miss
            }
            if residual < best.residual { best = (curve, residual) }
        }
        return best.curve
    }

    /// a and c for one b: two equations, or one where the other is at its bound.
    private static func fitted(b: Double, x: [Double], y: [Double], _ w: [Double]) -> LearningCurve
    {
        var (s, sx, sy, sxx, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for index in x.indices {
            s += w[index]
            sx += w[index] * x[index]
            sy += w[index] * y[index]
            sxx += w[index] * x[index] * x[index]
            sxy += w[index] * x[index] * y[index]
        }
        let determinant = s * sxx - sx * sx
        guard determinant > 1e-12 * s * sxx else { return .init(a: 0, b: b, c: sy / s) }
        let a = (s * sxy - sx * sy) / determinant
        let c = (sy - a * sx) / s
        if a < 0 { return .init(a: 0, b: b, c: sy / s) }
        return c < 0 ? .init(a: sxy / sxx, b: b, c: 0) : .init(a: a, b: b, c: c)
    }
}
