import Episodes
package import Evidence
import Policies

/// How well value functions foretell outcomes of episodes that they never saw.
struct ValueEvidence: Sendable {
    /// How far into an episode they are asked.
    static let shares = [0.25, 0.5, 0.75]

    /// Forecasts of success, by share and task.
    private(set) var forecasts: [[[Forecast]]]
    /// Values and the true returns' order, by task: of successes at half the episode.
    private(set) var values: [[Double]]
    private(set) var stepsToGo: [[Double]]
    private(set) var episodeCount = 0
    /// P(success) over the last tenth of each labelled episode, by its number.
    private(set) var ends: [(episode: Int, forecast: Forecast)] = []

    init(taskCount: Int) {
        forecasts = Self.shares.map { _ in Array(repeating: [], count: taskCount) }
        values = Array(repeating: [], count: taskCount)
        stepsToGo = Array(repeating: [], count: taskCount)
    }

    /// Takes in one labelled episode; one without an outcome is passed over.
    mutating func add(
        _ predictions: [ValuePrediction], outcomes: [Outcome], task: Int, episode: Int
    ) {
        guard let last = outcomes.indices.last, outcomes[last] != .unlabelled else { return }
        episodeCount += 1
        let tail = predictions.suffix(max(1, predictions.count / 10))
        let probability = tail.reduce(0) { $0 + Double($1.successProbability) } / Double(tail.count)
        ends.append(
            (episode, Forecast(probability: probability, happened: outcomes[last] == .success)))
        for (index, share) in Self.shares.enumerated() {
            let step = Int(share * Double(last))
            forecasts[index][task].append(
                Forecast(
                    probability: Double(predictions[step].successProbability),
                    happened: outcomes[step] == .success))
        }
        // One step an episode: many would be as many as the experience, and no more independent.
        let middle = last / 2
        guard outcomes[middle] == .success else { return }
        values[task].append(Double(predictions[middle].value))
        stepsToGo[task].append(-Double(last - middle))
    }

    /// Figures of all tasks at a share, or of one.
    func figures(share index: Int, task: Int? = nil) -> ValueFigures {
        let chosen = task.map { forecasts[index][$0] } ?? forecasts[index].flatMap { $0 }
        return ValueFigures(
            share: Self.shares[index], episodes: chosen.count,
            successes: chosen.count(where: \.happened), auroc: areaUnderCurve(chosen),
            brier: brierScore(chosen), calibration: calibration(chosen, bins: 10))
    }

    /// Spearman's correlation of value with time to success at half the episode.
    func rankCorrelationWithTime(task: Int? = nil) -> Double? {
        if let task { return rankCorrelation(values[task], stepsToGo[task]) }
        return rankCorrelation(values.flatMap { $0 }, stepsToGo.flatMap { $0 })
    }
}

/// How well P(success) was foretold at one share of the episode.
package struct ValueFigures: Codable, Sendable, Equatable {
    /// Of the episode that had passed.
    package let share: Double
    package let episodes: Int
    package let successes: Int
    /// Area under the ROC curve; nil where all ended alike.
    package let auroc: Double?
    package let brier: Double?
    package let calibration: [CalibrationBin]
}
