import Foundation

/// How an episode went, in few numbers: its mean state and its mean action in each of 16 equal parts of it.
package struct PhaseProfile: Codable, Sendable, Equatable {
    /// Parts of an episode.
    package static let phaseCount = 16
    /// Columns beyond these are not looked at.
    package static let limits = (states: 24, actions: 12)

    /// Phases x state columns, row after row; empty where an episode has fewer steps than phases.
    package let states: [Float]
    /// Phases x action columns.
    package let actions: [Float]

    private enum CodingKeys: String, CodingKey { case states, actions }

    /// Nothing is known of the episode.
    package init() { (states, actions) = ([], []) }

    /// Of T rows of finite states and actions.
    package init(states: [Float], stateWidth: Int, actions: [Float], actionWidth: Int) {
        self.states = Self.means(of: states, width: stateWidth, limit: Self.limits.states)
        self.actions = Self.means(of: actions, width: actionWidth, limit: Self.limits.actions)
    }

    /// Columns of a state.
    package var stateWidth: Int { states.count / Self.phaseCount }
    /// Columns of an action.
    package var actionWidth: Int { actions.count / Self.phaseCount }

    /// Whether both have as many columns.
    package func hasColumns(of other: PhaseProfile) -> Bool {
        states.count == other.states.count && actions.count == other.actions.count
    }

    private static func means(of matrix: [Float], width: Int, limit: Int) -> [Float] {
        guard width > 0, matrix.count >= width * phaseCount else { return [] }
        let (rows, columns) = (matrix.count / width, min(width, limit))
        return (0..<phaseCount).flatMap { phase in
            let part = (phase * rows / phaseCount)..<((phase + 1) * rows / phaseCount)
            return (0..<columns).map { column in
                let sum = part.reduce(0.0) { $0 + Double(matrix[$1 * width + column]) }
                return Float(sum / Double(part.count))
            }
        }
    }

    /// Numbers are little-endian, in base 64, as those of ``EpisodeStatistics`` are.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(EpisodeStatistics.bytes(states), forKey: .states)
        try container.encode(EpisodeStatistics.bytes(actions), forKey: .actions)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        states = EpisodeStatistics.numbers(try container.decode(Data.self, forKey: .states))
        actions = EpisodeStatistics.numbers(try container.decode(Data.self, forKey: .actions))
    }
}
