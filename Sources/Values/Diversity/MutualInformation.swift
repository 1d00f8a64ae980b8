private import Foundation

/// How much two measurements tell of each other.
package enum MutualInformation {
    /// Estimate of Kraskov, Stoegbauer and Grassberger (2004), their first, in nats.
    ///
    /// psi(k) + psi(n) - mean of psi(n_x + 1) + psi(n_y + 1), with n_x and n_y the points nearer than the
    /// k-th neighbour in either measurement alone; distances are those of the column that differs most. About 0 for
    /// independent ones, sometimes a little below; too low where columns are many and points are few.
    ///
    /// Takes time with the square of the points. Nil for fewer than k + 2 points.
    ///
    /// - Precondition: as many rows of both.
    package static func kraskov(
        _ x: Embeddings, _ y: Embeddings, neighbours k: Int = 3
    ) -> Double? {
        precondition(x.count == y.count && k > 0, "\(x.count) and \(y.count) points")
        let count = x.count
        guard count >= k + 2 else { return nil }
        var sum = 0.0
        for point in 0..<count {
            let apart = (distances(from: point, in: x), distances(from: point, in: y))
            let radius = radius(around: point, apart.0, apart.1, neighbours: k)
            var (inX, inY) = (0, 0)
            for other in 0..<count where other != point {
                if apart.0[other] < radius { inX += 1 }
                if apart.1[other] < radius { inY += 1 }
            }
            sum += digamma(inX + 1) + digamma(inY + 1)
        }
        return digamma(k) + digamma(count) - sum / Double(count)
    }

    /// The same of one number each.
    package static func kraskov(_ x: [Double], _ y: [Double], neighbours k: Int = 3) -> Double? {
        kraskov(
            Embeddings(width: 1, values: x.map(Float.init)),
            Embeddings(width: 1, values: y.map(Float.init)), neighbours: k)
    }

    /// From one row to all: the difference of the column that differs most.
    private static func distances(from point: Int, in rows: Embeddings) -> [Float] {
        let own = Array(rows[point])
        let values = rows.values
        return (0..<rows.count).map { other in
            var largest: Float = 0
            for column in 0..<own.count {
                largest = max(largest, abs(values[other * own.count + column] - own[column]))
            }
            return largest
        }
    }

    /// Distance to the k-th nearest in the larger of both measurements.
    private static func radius(
        around point: Int, _ x: [Float], _ y: [Float], neighbours k: Int
    ) -> Float {
        var nearest = Array(repeating: Float.infinity, count: k)
        for other in x.indices where other != point {
            let distance = max(x[other], y[other])
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
