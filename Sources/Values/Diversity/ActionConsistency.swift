/// How much an episode's actions differ from those of others in the same phase and in states like its own.
///
/// Half the mean squared difference of its actions from those of the 10 nearest states, in variances of
/// all actions: about 0 where the state decides the action, about 1 where it says nothing of it.
package struct ActionConsistency: Sendable {
    /// What each of the members scores among the others.
    package private(set) var memberScores: [Double] = []

    private let memberCount: Int
    private let neighbourCount: Int
    private let stateScales: [Float]
    private let actionScales: [Float]
    /// Phases x state columns x members, in standard deviations of their columns.
    private let states: [Float]
    /// Phases x members x action columns, in the same.
    private let actions: [Float]

    /// Of profiles of one width; nil where they are not more than twice as many as neighbours, or where states
    /// or actions do not differ.
    package init?(_ members: [PhaseProfile], neighbours: Int = 10) {
        guard let first = members.first, members.count > 2 * neighbours,
            !first.states.isEmpty, !first.actions.isEmpty,
            members.allSatisfy({
                $0.states.count == first.states.count && $0.actions.count == first.actions.count
            })
        else { return nil }
        let (stateWidth, actionWidth) = (first.stateWidth, first.actionWidth)
        let stateScales = Self.scales(of: members.map(\.states), width: stateWidth)
        let actionScales = Self.scales(of: members.map(\.actions), width: actionWidth)
        guard stateScales.contains(where: { $0 > 0 }), actionScales.contains(where: { $0 > 0 })
        else { return nil }
        (memberCount, neighbourCount) = (members.count, neighbours)
        (self.stateScales, self.actionScales) = (stateScales, actionScales)
        states = first.states.indices.flatMap { place in
            members.map { $0.states[place] * stateScales[place % stateWidth] }
        }
        actions = (0..<PhaseProfile.phaseCount).flatMap { phase in
            members.flatMap { member in
                (0..<actionWidth).map { column in
                    member.actions[phase * actionWidth + column] * actionScales[column]
                }
            }
        }
        memberScores = members.indices.compactMap { score(of: members[$0], leavingOut: $0) }
    }

    /// How much the profile's actions differ; nil for a profile of another width.
    ///
    /// `own` is the place of the profile among the members, if it is one of them.
    package func score(of profile: PhaseProfile, leavingOut own: Int? = nil) -> Double? {
        guard profile.states.count * memberCount == states.count,
            profile.actions.count * memberCount == actions.count
        else { return nil }
        let width = actionScales.count
        var sum: Float = 0
        for phase in 0..<PhaseProfile.phaseCount {
            for member in nearest(to: profile, phase: phase, leavingOut: own) {
                let start = (phase * memberCount + member) * width
                for column in 0..<width {
                    let difference =
                        profile.actions[phase * width + column] * actionScales[column]
                        - actions[start + column]
                    sum += difference * difference
                }
            }
        }
        let columns = actionScales.count { $0 > 0 }
        let count = PhaseProfile.phaseCount * neighbourCount * columns
        return Double(sum) / Double(2 * count)
    }

    /// The members whose states are nearest in a phase.
    private func nearest(
        to profile: PhaseProfile, phase: Int, leavingOut own: Int?
    ) -> [Int] {
        var distances = [Float](repeating: 0, count: memberCount)
        let width = stateScales.count
        for column in 0..<width where stateScales[column] > 0 {
            let value = profile.states[phase * width + column] * stateScales[column]
            let start = (phase * width + column) * memberCount
            let others = states.span.extracting(start..<(start + memberCount))
            for member in 0..<memberCount {
                let difference = others[member] - value
                distances[member] += difference * difference
            }
        }
        if let own { distances[own] = .infinity }
        var found: [Int] = []
        for member in 0..<memberCount {
            if found.count == neighbourCount, let last = found.last,
                distances[member] >= distances[last]
            {
                continue
            }
            let place = found.firstIndex { distances[member] < distances[$0] } ?? found.count
            found.insert(member, at: place)
            if found.count > neighbourCount { found.removeLast() }
        }
        return found
    }

    /// One over the standard deviation of each column over all members and phases; 0 where there is none.
    private static func scales(of rows: [[Float]], width: Int) -> [Float] {
        (0..<width).map { column in
            var (count, mean, squares) = (0.0, 0.0, 0.0)
            for row in rows {
                for index in stride(from: column, to: row.count, by: width) {
                    count += 1
                    let difference = Double(row[index]) - mean
                    mean += difference / count
                    squares += difference * (Double(row[index]) - mean)
                }
            }
            let deviation = (squares / max(1, count)).squareRoot()
            // What rounding alone makes of equal numbers does not count.
            return deviation > 1e-5 * abs(mean) + 1e-9 ? Float(1 / deviation) : 0
        }
    }
}
