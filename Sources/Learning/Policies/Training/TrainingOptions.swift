/// How a network is trained.
package struct TrainingOptions: Codable, Sendable, Equatable {
    /// Optimiser steps in all; the learning rate's schedule ends there.
    package let steps: Int
    /// Samples a step.
    package let batchSize: Int
    /// The highest learning rate.
    package let learningRate: Double
    /// Steps in which the learning rate rises linearly.
    package let warmupSteps: Int
    /// The last learning rate as a share of the highest; the way there is half a cosine.
    package let finalLearningRateShare: Double
    /// Decay of matrices, decoupled from the gradient (AdamW).
    package let weightDecay: Double
    /// The largest norm of a gradient; longer ones are shortened to it.
    package let gradientClip: Double
    /// Decay of the moving average of the parameters, which is what gets released.
    package let averageDecay: Double
    /// Threads, on which the result does not depend.
    package let workers: Int
    /// Seed of the noise and the flow times.
    package let seed: UInt64

    package init(
        steps: Int, batchSize: Int = 256, learningRate: Double = 1e-3, warmupSteps: Int = 100,
        finalLearningRateShare: Double = 0.03, weightDecay: Double = 1e-4,
        gradientClip: Double = 1, averageDecay: Double = 0.995, workers: Int = 2, seed: UInt64
    ) throws(PolicyError) {
        self.steps = steps
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.warmupSteps = warmupSteps
        self.finalLearningRateShare = finalLearningRateShare
        self.weightDecay = weightDecay
        self.gradientClip = gradientClip
        self.averageDecay = averageDecay
        self.workers = workers
        self.seed = seed
        try validate()
    }

    /// - Throws: ``PolicyError`` that lists every problem.
    package func validate() throws(PolicyError) {
        var problems = sizeProblems([("batchSize", batchSize), ("workers", workers)])
        if steps < 1 { problems.append("steps is \(steps), expected at least 1") }
        if warmupSteps < 0 { problems.append("warmupSteps is \(warmupSteps), expected 0 or more") }
        for (name, value) in [("learningRate", learningRate), ("gradientClip", gradientClip)]
        where !(value > 0 && value.isFinite) {
            problems.append("\(name) is \(value), expected a positive number")
        }
        if !(0...1).contains(finalLearningRateShare) {
            problems.append("finalLearningRateShare is \(finalLearningRateShare), expected 0 to 1")
        }
        if !(weightDecay >= 0 && weightDecay.isFinite) {
            problems.append("weightDecay is \(weightDecay), expected 0 or more")
        }
        if !(0..<1).contains(averageDecay) {
            problems.append("averageDecay is \(averageDecay), expected 0 to below 1")
        }
        try throwing(problems, about: "training options")
    }
}

/// What one optimiser step did.
package struct StepReport: Sendable, Equatable {
    /// Steps done, this one included.
    package let step: Int
    /// Mean loss of the batch before the step.
    package let loss: Double
    /// Norm of the gradient before clipping.
    package let gradientNorm: Double
    /// Learning rate of the step.
    package let learningRate: Double
}

/// What a value function says about one observation.
package struct ValuePrediction: Sendable, Equatable {
    /// Expected normalised return, in [-1, 0].
    package let value: Float
    /// One minus the mass of the lowest bin, which is failure.
    package let successProbability: Float
}
