package import Tensors

/// The slope of a loss along a direction, by the way back and by central differences.
package struct SlopePair: Sendable, CustomStringConvertible {
    package let analytic: Double
    package let numeric: Double

    /// They agree to 1 %, which is what Float losses allow, or both are nothing.
    package var agrees: Bool {
        abs(analytic - numeric) <= 0.01 * max(abs(analytic), abs(numeric)) + 2e-5
    }

    package var description: String { "way back \(analytic), differences \(numeric)" }
}

/// Slopes at `values` along a seeded random direction, turned half towards the gradient so that
/// there is something to measure; `loss` reads the values.
///
/// Differences are of fourth order, so that the step may be long enough for Float.
package func slopes(
    along seed: UInt64, at values: Block, gradient: Block, loss: () -> Double
) -> SlopePair {
    let start = values.values
    let slope = gradient.values.map(Double.init)
    let random = unit(randomBlock(1, start.count, seed: seed).values.map(Double.init))
    let direction = unit(zip(random, unit(slope)).map { $0 + $1 })
    func moved(_ length: Double) -> Double {
        values.set(zip(start, direction).map { Float(Double($0) + length * $1) })
        return loss()
    }
    let step = 0.04
    let near = moved(step) - moved(-step)
    let far = moved(2 * step) - moved(-2 * step)
    values.set(start)
    return SlopePair(
        analytic: zip(slope, direction).reduce(0) { $0 + $1.0 * $1.1 },
        numeric: (8 * near - far) / (12 * step))
}

/// The sum of products of two blocks, in Double: a loss whose gradient is `weights`.
package func inner(_ block: Block, _ weights: Block) -> Double {
    zip(block.values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

private func unit(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
}
