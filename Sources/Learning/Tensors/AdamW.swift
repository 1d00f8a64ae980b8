private import CKernels
private import Dispatch
private import Glibc

/// AdamW with gradient clipping and a moving average of the parameters.
///
/// Work is split into fixed stretches, so results do not depend on the number of workers.
package final class AdamW: Sendable {
    /// What one step needs besides gradients.
    package struct Step: Sendable {
        /// Steps done before this one.
        package let index: Int
        package let learningRate: Double
        /// Decoupled decay of the parameters that ``AdamW/isDecayed`` names.
        package let weightDecay: Double
        package let gradientClip: Double
        /// Decay of the moving average; lower in the first steps, so that it forgets the start.
        package let averageDecay: Double

        package init(
            index: Int, learningRate: Double, weightDecay: Double, gradientClip: Double,
            averageDecay: Double
        ) {
            self.index = index
            self.learningRate = learningRate
            self.weightDecay = weightDecay
            self.gradientClip = gradientClip
            self.averageDecay = averageDecay
        }
    }

    package let parameters: Arena
    package let firstMoments: Arena
    package let secondMoments: Arena
    package let average: Arena
    private let stretches: [Stretch]
    /// Sums of squares by stretch, two floats each.
    private let squares: Arena
    private let workers: Int

    /// A range of parameters with the same decay.
    private struct Stretch {
        let range: Range<Int>
        let isDecayed: Bool
    }

    private static let beta1 = 0.9
    private static let beta2 = 0.999
    private static let stretchLength = 32_768

    /// An optimiser of `parameters`, which it changes in place.
    ///
    /// Weight decay acts on the `decayed` ranges, which ascend.
    package init(parameters: Arena, decayed: [Range<Int>], workers: Int) {
        self.parameters = parameters
        firstMoments = Arena(count: parameters.count)
        secondMoments = Arena(count: parameters.count)
        average = parameters.copy()
        stretches = Self.stretches(of: parameters.count, decayed: decayed)
        squares = Arena(count: 2 * stretches.count)
        self.workers = workers
    }

    /// Sums the gradients of all shards in order into the first; returns the norm of the sum.
    package func sum(_ gradients: ArraySlice<Arena>) -> Double {
        forEachStretch { index, range in
            let parts: [UnsafePointer<Float>?] = unsafe gradients.map {
                unsafe UnsafePointer($0.base + range.lowerBound)
            }
            guard let first = gradients.first else { return }
            let value = unsafe parts.withUnsafeBufferPointer { parts in
                unsafe ck_sum_parts(
                    parts.baseAddress, gradients.count, first.base + range.lowerBound, range.count)
            }
            // Two floats carry a double's leading digits; the sum below is then in double.
            let high = Float(value)
            squares.all[0, 2 * index] = high
            squares.all[0, 2 * index + 1] = high.isFinite ? Float(value - Double(high)) : 0
        }
        return squares.all.values.reduce(0) { $0 + Double($1) }.squareRoot()
    }

    /// Moves the parameters against the gradient of norm `norm`, and the average after them.
    package func apply(_ gradient: Arena, norm: Double, step: Step) {
        let count = Double(step.index + 1)
        let average = min(step.averageDecay, count / (count + 9))
        let clip = norm > step.gradientClip ? step.gradientClip / norm : 1
        let base = ck_adamw(
            rate: Float(step.learningRate), beta1: Float(Self.beta1), beta2: Float(Self.beta2),
            epsilon: 1e-8, correction1: Float(1 / (1 - pow(Self.beta1, count))),
            correction2: Float(1 / (1 - pow(Self.beta2, count))), decay: 0,
            gradientFactor: Float(clip), average: Float(average))
        forEachStretch { index, range in
            var options = base
            if stretches[index].isDecayed { options.decay = Float(step.weightDecay) }
            let start = range.lowerBound
            unsafe ck_adamw_step(
                &options, gradient.base + start, parameters.base + start,
                firstMoments.base + start, secondMoments.base + start, self.average.base + start,
                range.count)
        }
    }

    private func forEachStretch(_ body: @Sendable (Int, Range<Int>) -> Void) {
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for index in stride(from: worker, to: stretches.count, by: workers) {
                body(index, stretches[index].range)
            }
        }
    }

    private static func stretches(of count: Int, decayed: [Range<Int>]) -> [Stretch] {
        var result: [Stretch] = []
        var start = 0
        func cover(to end: Int, isDecayed: Bool) {
            while start < end {
                let next = min(start + stretchLength, end)
                result.append(Stretch(range: start..<next, isDecayed: isDecayed))
                start = next
            }
        }
        for range in decayed {
            cover(to: range.lowerBound, isDecayed: false)
            cover(to: range.upperBound, isDecayed: true)
        }
        cover(to: count, isDecayed: false)
        return result
    }
}
