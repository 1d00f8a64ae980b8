import Diversity
import Evidence
import Foundation
import Motion

/// A number that soft gates compare with what is usual in a cohort.
enum SoftMeasure: CaseIterable {
    case jerk, arcLength, highFrequency, tremor, outerIdle, innerIdle, saturation, lag, residual
    case logDuration, pathEfficiency

    /// Nil where the episode does not have it.
    func value(of episode: EpisodeMeasurements) -> Double? {
        let motion = episode.motion
        return switch self {
        case .jerk: motion.jerk
        case .arcLength: motion.arcLength
        case .highFrequency: motion.highFrequency
        case .tremor: motion.tremor
        case .outerIdle: motion.idleness.map { $0.headSeconds + $0.tailSeconds }
        case .innerIdle: motion.idleness?.innerShare
        case .saturation: motion.saturation
        case .lag: (motion.tracking?.lagSteps).map(Double.init)
        case .residual: motion.tracking?.residual
        case .logDuration: log(Double(max(1, episode.stepCount)))
        case .pathEfficiency: motion.pathEfficiency
        }
    }
}

/// What a camera usually sees: its sharpness and its brightness, over the episodes of one robot or site.
struct CameraBaseline {
    private var sharpness: [Double] = []
    private var brightness = [Double](repeating: 0, count: 16)
    private(set) var episodeCount = 0

    mutating func add(_ camera: CameraMeasurements) {
        guard episodeCount < Cohort.sampleLimit, let value = camera.sharpness else { return }
        episodeCount += 1
        sharpness.append(value)
        for (bin, share) in camera.brightness.enumerated() { brightness[bin] += share }
    }

    var medianSharpness: Double { sortedQuantile(sharpness.sorted(), 0.5) }

    /// How far, in bits, brightness is from what is usual: the Jensen-Shannon divergence, 0 to 1.
    func divergence(of camera: CameraMeasurements) -> Double {
        Divergence.jensenShannon(brightness, camera.brightness)
    }

    /// Cameras of one name look alike on one robot, or else at one site.
    static func key(_ episode: EpisodeMeasurements, _ camera: CameraMeasurements) -> String {
        [episode.robot ?? episode.site ?? "", episode.embodiment, camera.name]
            .joined(separator: "\u{1}")
    }
}
