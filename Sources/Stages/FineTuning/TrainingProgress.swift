import Foundation

/// The training curve so far; goes into checkpoints, so that a resumed curve has no seam.
struct TrainingProgress: Codable, Equatable {
    /// Means over the steps since the point before.
    struct Point: Codable, Equatable {
        let step: Int
        let loss: Double
        let gradientNorm: Double
        let learningRate: Double
    }

    /// Optimiser steps between points.
    let interval: Int
    private(set) var points: [Point] = []
    private var lossSum = 0.0
    private var gradientSum = 0.0
    private var count = 0

    init(interval: Int) {
        self.interval = interval
    }

    mutating func add(step: Int, loss: Double, gradientNorm: Double, learningRate: Double) {
        lossSum += loss
        gradientSum += gradientNorm
        count += 1
        guard count == interval else { return }
        points.append(
            Point(
                step: step, loss: lossSum / Double(count),
                gradientNorm: gradientSum / Double(count), learningRate: learningRate))
        (lossSum, gradientSum, count) = (0, 0, 0)
    }
}
