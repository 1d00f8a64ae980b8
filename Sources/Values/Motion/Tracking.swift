/// By how many steps the state follows the commands, and how much of it they do not explain.
///
/// The lag at which changes of the state correlate best with the commands (robots commanded by
/// differences) or with the commands' changes (robots commanded by positions). A command's own state
/// column is not known, so each command goes by whichever column follows it best.
package struct Tracking: Codable, Sendable, Equatable {
    package let lagSteps: Int
    /// 1 minus the mean squared correlation of commands with what follows them best: 0 is perfect.
    package let residual: Double

    /// Lags that are tried: negative where recorded commands come after their effect.
    package static let lags = -5...10

    /// Of T rows of commands and states.
    ///
    /// - Returns: nil for fewer than 30 rows, or where commands or states do not change.
    package init?(actions: [Float], actionWidth: Int, states: [Float], stateWidth: Int) {
        guard actionWidth > 0, stateWidth > 0, actions.count >= 30 * actionWidth,
            actions.count / actionWidth == states.count / stateWidth
        else { return nil }
        let changes = (0..<stateWidth).compactMap {
            Series(differencesOf: states, column: $0, width: stateWidth)
        }
        let byDifference = (0..<actionWidth).compactMap {
            Series(actions, column: $0, width: actionWidth)
        }
        let byPosition = (0..<actionWidth).compactMap {
            Series(differencesOf: actions, column: $0, width: actionWidth)
        }
        guard !changes.isEmpty, !byDifference.isEmpty else { return nil }
        let fits = [byDifference, byPosition].filter { !$0.isEmpty }.flatMap { commands in
            Self.lags.map { lag in
                (lag: lag, fit: Self.fit(of: commands, to: changes, lag: lag))
            }
        }
        guard let best = fits.max(by: { $0.fit < $1.fit }) else { return nil }
        lagSteps = best.lag
        residual = 1 - best.fit
    }

    private static func fit(of commands: [Series], to changes: [Series], lag: Int) -> Double {
        let best = commands.map { command in
            changes.map { command.squaredCorrelation(with: $0, lag: lag) }.max() ?? 0
        }
        return best.reduce(0, +) / Double(best.count)
    }
}

/// A column without its mean, and the sums of its squares up to each step.
private struct Series {
    private let values: [Float]
    private let energies: [Double]

    init?(_ matrix: [Float], column: Int, width: Int) {
        // One fewer than rows, as differences have.
        self.init((0..<(matrix.count / width - 1)).map { matrix[$0 * width + column] })
    }

    init?(differencesOf matrix: [Float], column: Int, width: Int) {
        self.init(
            (0..<(matrix.count / width - 1)).map {
                matrix[($0 + 1) * width + column] - matrix[$0 * width + column]
            })
    }

    private init?(_ raw: [Float]) {
        let mean = Float(raw.reduce(0.0) { $0 + Double($1) } / Double(raw.count))
        values = raw.map { $0 - mean }
        var sum = 0.0
        energies =
            [0]
            + values.map { value in
                sum += Double(value) * Double(value)
                return sum
            }
        let largest = raw.reduce(Float(0)) { max($0, abs($1)) }
        // What is left of a constant is rounding.
        guard sum > 1e-10 * Double(largest) * Double(largest) * Double(raw.count) else {
            return nil
        }
    }

    func squaredCorrelation(with other: Series, lag: Int) -> Double {
        let start = max(0, -lag)
        let count = values.count - abs(lag)
        let product = Double(
            dot(values, from: start, other.values, from: start + lag, count: count))
        let energy =
            (energies[start + count] - energies[start])
            * (other.energies[start + lag + count] - other.energies[start + lag])
        return energy > 0 ? product * product / energy : 0
    }
}

/// The sum of products in eight lanes: Swift never reorders float sums by itself.
private func dot(
    _ left: [Float], from leftStart: Int, _ right: [Float], from rightStart: Int, count: Int
) -> Float {
    precondition(
        leftStart >= 0 && rightStart >= 0 && leftStart + count <= left.count
            && rightStart + count <= right.count, "\(count) of \(left.count) and \(right.count)")
    // Sound: the precondition keeps both ranges inside their arrays.
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            var lanes = SIMD8<Float>.zero
            var index = 0
            while index + 8 <= count {
                let a = unsafe left.loadUnaligned(
                    fromByteOffset: (leftStart + index) * 4, as: SIMD8<Float>.self)
                let b = unsafe right.loadUnaligned(
                    fromByteOffset: (rightStart + index) * 4, as: SIMD8<Float>.self)
                lanes += a * b
                index += 8
            }
            var sum = lanes.sum()
            while index < count {
                let a = unsafe left.loadUnaligned(
                    fromByteOffset: (leftStart + index) * 4, as: Float.self)
                let b = unsafe right.loadUnaligned(
                    fromByteOffset: (rightStart + index) * 4, as: Float.self)
                sum += a * b
                index += 1
            }
            return sum
        }
    }
}
