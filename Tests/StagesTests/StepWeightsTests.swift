import Episodes
import FineTuning
import Foundation
import Testing

@Suite("How often steps are drawn")
struct StepWeightsTests {
    private func weights(
        _ conditioning: FineTuneConfiguration.Conditioning, isNeverPositive: Bool = false
    ) -> [Float] {
        var configuration = FineTuneConfiguration()
        configuration.conditioning = conditioning
        return StepWeights(configuration: configuration).weights(
            outcomes: [.failure, .success, .success], indicators: [0, 1, -1],
            advantages: [-1, 0, 0.05], isNeverPositive: isNeverPositive)
    }

    @Test("by indicator, positive steps are drawn four times as often")
    func indicator() {
        #expect(weights(.indicator) == [1, 4, 1])
    }

    @Test("by weight, a step is drawn by its advantage, within bounds")
    func weight() {
        #expect(weights(.weight) == [Float(exp(-4.0)), 1, Float(exp(Double(Float(0.05)) / 0.05))])
        #expect(weights(.weight, isNeverPositive: true).allSatisfy { $0 == Float(exp(-4.0)) })
    }

    @Test("by success only, no failed step and no marked episode is drawn")
    func successOnly() {
        #expect(weights(.successOnly) == [0, 1, 1])
        #expect(weights(.successOnly, isNeverPositive: true) == [0, 0, 0])
    }

    @Test("without conditioning all steps are drawn alike")
    func none() {
        #expect(weights(.none, isNeverPositive: true) == [1, 1, 1])
    }
}
