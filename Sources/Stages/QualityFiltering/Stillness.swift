/// H7: the longest time that each column stood still although the robot was told to move.
///
/// A run of equal values counts the steps at which some action changed by more than 1 % of its range;
/// its step is the run's first.
func stillness(
    ofStates states: [Float], stateWidth: Int, actions: [Float], actionWidth: Int
) -> [EpisodeMeasurements.Extreme] {
    let isCommanded = commandedSteps(actions, width: actionWidth)
    return (0..<stateWidth).map { column in
        var longest = EpisodeMeasurements.Extreme(value: 0, step: 0)
        var (length, start) = (0, 0)
        for step in 1..<max(1, isCommanded.count) {
            let value = states[step * stateWidth + column]
            if value != states[(step - 1) * stateWidth + column] {
                (length, start) = (0, step)
            } else if isCommanded[step] {
                length += 1
                if Double(length) > longest.value {
                    longest = .init(value: Double(length), step: start)
                }
            }
        }
        return longest
    }
}

/// T flags: whether an action changed by more than 1 % of its range since the step before.
func commandedSteps(_ actions: [Float], width: Int) -> [Bool] {
    guard width > 0 else { return [] }
    let count = actions.count / width
    var flags = [Bool](repeating: false, count: count)
    for column in 0..<width {
        let values = (0..<count).map { actions[$0 * width + column] }
        let range = (values.max() ?? 0) - (values.min() ?? 0)
        guard range > 0 else { continue }
        for step in 1..<max(1, count) where abs(values[step] - values[step - 1]) > 0.01 * range {
            flags[step] = true
        }
    }
    return flags
}
