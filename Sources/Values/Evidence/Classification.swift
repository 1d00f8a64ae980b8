/// A probability that was predicted, and whether the event came.
package struct Forecast: Sendable, Equatable {
    /// Predicted probability, 0 to 1.
    package let probability: Double
    package let happened: Bool

    package init(probability: Double, happened: Bool) {
        self.probability = probability
        self.happened = happened
    }
}

/// Area under the receiver operating characteristic: how often an event was given a higher
/// probability than a non-event.
///
/// Ties count half (Mann and Whitney's U over the number of pairs).
/// - Returns: 0 to 1, or nil where there is no event or nothing else.
package func areaUnderCurve(_ forecasts: [Forecast]) -> Double? {
    let events = forecasts.count(where: \.happened)
    let others = forecasts.count - events
    guard events > 0, others > 0 else { return nil }
    let ranks = averageRanks(forecasts.map(\.probability))
    let sum = zip(ranks, forecasts).reduce(0) { $1.1.happened ? $0 + $1.0 : $0 }
    let smallest = Double(events) * Double(events + 1) / 2
    return (sum - smallest) / (Double(events) * Double(others))
}

/// Brier score: the mean squared distance of probabilities from what happened; 0 is perfect.
///
/// - Returns: nil for no forecasts.
package func brierScore(_ forecasts: [Forecast]) -> Double? {
    guard !forecasts.isEmpty else { return nil }
    let sum = forecasts.reduce(0.0) {
        let error = $1.probability - ($1.happened ? 1 : 0)
        return $0 + error * error
    }
    return sum / Double(forecasts.count)
}

/// Forecasts of about the same probability, and how often the event came.
package struct CalibrationBin: Codable, Sendable, Equatable {
    /// Mean predicted probability.
    package let predicted: Double
    /// Share of events.
    package let observed: Double
    package let count: Int
}

/// Forecasts in bins of equal width on [0, 1]; bins without forecasts are left out.
///
/// - Precondition: there is at least one bin.
package func calibration(_ forecasts: [Forecast], bins: Int) -> [CalibrationBin] {
    precondition(bins > 0, "\(bins) bins")
    let groups = Dictionary(grouping: forecasts) {
        max(0, min(bins - 1, Int($0.probability * Double(bins))))
    }
    return groups.keys.sorted().compactMap { key in
        guard let group = groups[key] else { return nil }
        let count = Double(group.count)
        return CalibrationBin(
            predicted: group.reduce(0) { $0 + $1.probability } / count,
            observed: Double(group.count(where: \.happened)) / count, count: group.count)
    }
}

/// Spearman's rank correlation; ties share the mean of their ranks.
///
/// - Returns: -1 to 1, or nil where either list is constant or has fewer than two values.
/// - Precondition: the lists are of one length.
package func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    precondition(left.count == right.count, "\(left.count) and \(right.count) values")
    guard left.count > 1 else { return nil }
    let (a, b) = (averageRanks(left), averageRanks(right))
    let middle = Double(left.count + 1) / 2
    var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
        products += (x - middle) * (y - middle)
        squaresA += (x - middle) * (x - middle)
        squaresB += (y - middle) * (y - middle)
    }
    guard squaresA > 0, squaresB > 0 else { return nil }
    return products / (squaresA * squaresB).squareRoot()
}

/// Ranks from 1; equal values share the mean of their ranks.
package func averageRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
        for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
        start = end
    }
    return ranks
}
