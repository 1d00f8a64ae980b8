package import Episodes
import Foundation

/// How often each step of an episode is drawn, compared with a usual one.
///
/// All conditionings are one code path: they differ in these weights, and in whether the policy is
/// told the indicator.
package struct StepWeights {
    private let configuration: FineTuneConfiguration

    /// The weights that a configuration asks for.
    package init(configuration: FineTuneConfiguration) {
        self.configuration = configuration
    }

    /// The weights of T steps; 0 is never drawn.
    ///
    /// - Parameters:
    ///   - outcomes: of T steps.
    ///   - indicators: of T steps; may be empty where the conditioning does not need it.
    ///   - advantages: of T steps; may be empty where the conditioning does not need it.
    ///   - isNeverPositive: whether the episode must not be imitated as a good one.
    /// - Returns: T weights.
    package func weights(
        outcomes: [Outcome], indicators: ArraySlice<Int8>, advantages: ArraySlice<Float>,
        isNeverPositive: Bool
    ) -> [Float] {
        switch configuration.conditioning {
        case .indicator:
            indicators.map { $0 == 1 ? Float(configuration.positiveRepeats) : 1 }
        case .weight:
            // Bounds as in the prototype: 0.018 to 20, so that no step rules a batch.
            advantages.map {
                isNeverPositive ? Self.lightest : Self.weight(of: $0, configuration)
            }
        case .successOnly:
            outcomes.map { $0 == .success && !isNeverPositive ? 1 : 0 }
        case .none:
            outcomes.map { _ in 1 }
        }
    }

    private static let lightest = Float(exp(-4.0))

    private static func weight(
        of advantage: Float, _ configuration: FineTuneConfiguration
    ) -> Float {
        Float(exp(max(-4, min(3, Double(advantage) / configuration.advantageTemperature))))
    }
}
