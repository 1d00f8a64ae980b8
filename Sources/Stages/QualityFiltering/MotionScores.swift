import Episodes
package import Motion

/// What the soft gates compare within a cohort; nil where it does not apply.
package struct MotionScores: Codable, Sendable, Equatable {
    /// S1: log dimensionless jerk of the low-passed speed.
    package var jerk: Double?
    /// S2: spectral arc length of the speed.
    package var arcLength: Double?
    /// S3: share of the actions' energy above 5 Hz.
    package var highFrequency: Double?
    /// S3: how much the actions tremble: 0 where they are smooth, about 1 where they are noise.
    package var tremor: Double?
    /// S4.
    package var idleness: Idleness?
    /// S5: share of steps with an action at its limit.
    package var saturation: Double?
    /// S6: how the state follows the actions.
    package var tracking: Tracking?
    /// S12.
    package var pathEfficiency: Double?

    init() {}

    /// Of finite T x width matrices; `period` in seconds is nil where it is not known.
    init(
        states: [Float], actions: [Float], of embodiment: Embodiment, period: Double?
    ) {
        let width = embodiment.actionWidth
        tremor = QualityFiltering.tremor(of: actions, width: width)
        saturation = saturatedShare(of: actions, width: width)
        tracking = Tracking(
            actions: actions, actionWidth: width, states: states,
            stateWidth: embodiment.stateWidth)
        let widths = embodiment.state.map(\.width)
        pathEfficiency = Motion.pathEfficiency(of: states, widths: widths)
        guard let period, period > 0 else { return }
        let rate = 1 / period
        highFrequency = highFrequencyShare(of: actions, width: width, rate: rate)
        let speeds = scaledSpeeds(of: states, widths: widths, rate: rate)
        guard !speeds.isEmpty else { return }
        jerk = logDimensionlessJerk(ofSpeeds: lowPassed(speeds), rate: rate)
        arcLength = spectralArcLength(ofSpeeds: speeds, rate: rate)
        // The gripper's command is the last column, as elsewhere.
        let switches = stride(from: max(0, width - 1), to: actions.count, by: max(1, width))
        idleness = Idleness(speeds: speeds, switches: switches.map { actions[$0] }, rate: rate)
    }
}
