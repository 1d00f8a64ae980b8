private import Foundation

/// How much two measurements tell of each other.
package enum MutualInformation {
    /// Estimate of Kraskov, Stoegbauer and Grassberger (2004), their first, in nats.
    ///
    /// psi(k) + psi(n) - mean of psi(n_x + 1) + psi(n_y + 1), with n_x and n_y the points nearer than the
    /// k-th neighbour in either measurement alone. About 0 for independent ones, sometimes a little below.
    ///
    /// Takes time with the square of the points. Nil for fewer than k + 2 points.
    package static func kraskov(_ x: [Double], _ y: [Double], neighbours k: Int = 3) -> Double? {
        precondition(x.count == y.count && k > 0, "\(x.count) and \(y.count) points")
        let count = x.count
        guard count >= k + 2 else { return nil }
        var sum = 0.0
        for point in 0..<count {
            let radius = radius(of: point, x, y, neighbours: k)
            var (inX, inY) = (0, 0)
            for other in 0..<count where other != point {
                if abs(x[other] - x[point]) < radius { inX += 1 }
                if abs(y[other] - y[point]) < radius { inY += 1 }
            }
            sum += digamma(inX + 1) + digamma(inY + 1)
        }
        return digamma(k) + digamma(count) - sum / Double(count)
    }

    /// Distance to the k-th nearest in the larger of both measurements.
    private static func radius(
        of point: Int, _ x: [Double], _ y: [Double], neighbours k: Int
    ) -> Double {
        var nearest = Array(repeating: Double.infinity, count: k)
        for other in x.indices where other != point {
            let distance = max(abs(x[other] - x[point]), abs(y[other] - y[point]))
            guard distance < nearest[k - 1] else { continue }
            var place = k - 1
            while place > 0, nearest[place - 1] > distance {
                nearest[place] = nearest[place - 1]
                place -= 1
            }
            nearest[place] = distance
        }
        return nearest[k - 1]
    }

    /// Of whole numbers: -Euler's constant plus harmonic numbers; asymptotically above 50.
    private static func digamma(_ n: Int) -> Double {
        guard n <= 50 else {
            let x = Double(n)
            return log(x) - 1 / (2 * x) - 1 / (12 * x * x) + 1 / (120 * x * x * x * x)
        }
        return (1..<max(1, n)).reduce(-0.577_215_664_901_532_9) { $0 + 1 / Double($1) }
    }
}
