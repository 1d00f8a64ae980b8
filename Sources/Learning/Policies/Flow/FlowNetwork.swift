import Batching
package import Layers
import Tensors

/// Velocity of an action chunk, and words: trunk and expert in one layout of parameters.
package struct FlowNetwork: Sendable {
    package let configuration: PolicyConfiguration
    let tables: NormaliserTables
    package private(set) var layout = ParameterLayout()
    let trunk: Trunk
    let expert: Expert

    package var largestShard: Int { trunk.largestShard }

    /// - Precondition: both are valid.
    package init(_ configuration: PolicyConfiguration, _ normaliser: Normaliser) {
        self.configuration = configuration
        tables = NormaliserTables(
            normaliser, stateWidth: configuration.stateWidth,
            actionWidth: configuration.actionWidth)
        trunk = Trunk(
            configuration.trunkConfiguration, tables, instructions: configuration.instructions,
            in: &layout)
        expert = Expert(
            configuration.expert, horizon: configuration.horizon,
            actionWidth: configuration.actionWidth, trunk: trunk, in: &layout)
    }

    /// Rows of the last token's table: no indicator, negative, positive.
    static let indicatorKinds = 3

    /// The row of an indicator.
    static func kind(of indicator: Indicator) -> Int { Int(indicator.rawValue) + 1 }
}

extension Indicator {
    /// Negative, positive and absent are 0, 1 and -1; the table's rows are 1, 2 and 0.
    var row: Int { FlowNetwork.kind(of: self) }
}
