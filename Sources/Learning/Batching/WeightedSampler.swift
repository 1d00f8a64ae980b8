private import Tensors

/// Draws steps of episodes in proportion to their weights, as a function of seed, step and sample.
///
/// There is no state: a resumed training draws what an uninterrupted one would have. Memory is one
/// number an episode; the weights of an episode's own steps are asked for when it is drawn.
package struct WeightedSampler: Sendable {
    /// A point in the cumulated weights: an episode, and how far into its own weights.
    package struct Draw: Sendable, Equatable {
        package let episode: Int
        /// From 0 up to the episode's total weight.
        package let offset: Double
        /// The same as a share of the episode's total weight.
        package let share: Double
    }

    /// Cumulated weights; the last is the total.
    private let ends: [Double]
    private let random: CounterRandom
    private let dropouts: CounterRandom

    /// A sampler of episodes whose steps weigh `weights` in all; episodes of weight 0 are not drawn.
    ///
    /// - Precondition: weights are finite and not negative, and at least one is positive.
    package init(weights: [Double], seed: UInt64) {
        var total = 0.0
        ends = weights.map { weight in
            precondition(weight >= 0 && weight.isFinite, "an episode weighs \(weight)")
            total += weight
            return total
        }
        precondition(total > 0 && total.isFinite, "episodes weigh \(total) in all")
        random = CounterRandom(seed: seed, purpose: .sampling)
        dropouts = CounterRandom(seed: seed, purpose: .dropout)
    }

    /// The draw of a sample of a training step.
    package func draw(step: Int, sample: Int) -> Draw {
        let total = ends[ends.count - 1]
        // The product may round up to the total, which belongs to no episode.
        let point = min(random.uniform(step: step, sample: sample) * total, total.nextDown)
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > point { high = middle } else { low = middle + 1 }
        }
        let start = low == 0 ? 0 : ends[low - 1]
        return Draw(
            episode: low, offset: point - start, share: (point - start) / (ends[low] - start))
    }

    /// Whether something that is dropped on `share` of the samples is dropped on this one.
    package func drops(step: Int, sample: Int, share: Double) -> Bool {
        dropouts.uniform(step: step, sample: sample) < share
    }

    /// The step of an episode that `offset` falls on, for steps of these weights.
    ///
    /// Rounding may put the offset behind the last step: then it is the last one of any weight.
    package static func step(at offset: Double, in weights: some Collection<Float>) -> Int {
        var (end, last) = (0.0, 0)
        for (step, weight) in weights.enumerated() where weight > 0 {
            end += Double(weight)
            last = step
            if offset < end { return step }
        }
        return last
    }
}
