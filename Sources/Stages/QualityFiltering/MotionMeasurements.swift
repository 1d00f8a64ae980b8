import Diversity
import Episodes
import Motion

/// How far and how fast each column of the state moves, and whether all numbers are numbers.
struct MotionMeasurements {
    var columns = ColumnMeasurements()
    var scores = MotionScores()
    /// T flags: whether the robot moves by more than 5 % of its range a second.
    var isMoving: [Bool] = []
    var schemaFault: String?
    var profile = PhaseProfile()

    init(of episode: Episode, periodSeconds: Double?) {
        do {
            let width = episode.metadata.embodiment.stateWidth
            let states = try episode.stateMatrix()
            let actions = try episode.actionMatrix()
            _ = try episode.interventions()
            schemaFault =
                Self.notFinite(states, width: width, "state")
                ?? Self.notFinite(actions, width: episode.metadata.embodiment.actionWidth, "action")
            guard schemaFault == nil, width > 0 else { return }
            let embodiment = episode.metadata.embodiment
            scores = MotionScores(
                states: states, actions: actions, of: embodiment, period: periodSeconds)
            profile = PhaseProfile(
                states: states, stateWidth: width, actions: actions,
                actionWidth: embodiment.actionWidth)
            columns.stillness = QualityFiltering.stillness(
                ofStates: states, stateWidth: width, actions: actions,
                actionWidth: embodiment.actionWidth)
            let rate = periodSeconds.map { 1 / $0 } ?? 1
            let speeds = scaledSpeeds(
                of: states, widths: embodiment.state.map(\.width), rate: rate)
            isMoving = speeds.isEmpty ? [] : [false] + speeds.map { $0 > 0.05 }
            measure(states, width: width, rate: rate)
        } catch {
            schemaFault = "\(error)"
        }
    }

    private mutating func measure(_ states: [Float], width: Int, rate: Double) {
        var low = states.prefix(width).map(Double.init)
        var high = low
        var speeds = [EpisodeMeasurements.Extreme](
            repeating: .init(value: 0, step: 0), count: width)
        for index in states.indices.dropFirst(width) {
            let column = index % width
            let value = Double(states[index])
            low[column] = min(low[column], value)
            high[column] = max(high[column], value)
            let speed = abs(value - Double(states[index - width])) * rate
            if speed > speeds[column].value {
                speeds[column] = .init(value: speed, step: index / width - 1)
            }
        }
        (columns.low, columns.high, columns.speeds) = (low, high, speeds)
    }

    private static func notFinite(_ matrix: [Float], width: Int, _ name: String) -> String? {
        guard let index = matrix.firstIndex(where: { !$0.isFinite }) else { return nil }
        return "\(name) column \(index % width) of step \(index / width) is \(matrix[index])"
    }
}

/// How much T x `width` actions tremble: half of von Neumann's ratio, the mean over columns that move.
///
/// The ratio of mean squared differences of neighbours to the variance is 0 for a slow movement, 2 for
/// white noise, and 2 (1 - cos(2 pi f / rate)) for an oscillation of f Hertz. Nil where nothing moves.
package func tremor(of actions: [Float], width: Int) -> Double? {
    guard width > 0, actions.count > 2 * width else { return nil }
    let ratios = (0..<width).compactMap { column -> Double? in
        let values = stride(from: column, to: actions.count, by: width).map { Double(actions[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance =
            values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        guard variance > 0 else { return nil }
        let differences = zip(values, values.dropFirst()).reduce(0) {
            $0 + ($1.1 - $1.0) * ($1.1 - $1.0)
        }
        return differences / Double(values.count - 1) / (2 * variance)
    }
    return ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
}
