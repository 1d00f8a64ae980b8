import EpisodeFiles
import Episodes
import Foundation
import TestSupport
import Testing

/// What reading a whole recording gave.
struct Reading {
    var accepted: [Episode] = []
    var rejected: [EpisodeRejection] = []
    var warnings: [String] = []

    init(_ name: String, limits: EpisodeLimits = EpisodeLimits()) throws {
        try self.init(of: recording(name), limits: limits)
    }

    init(of url: URL, limits: EpisodeLimits = EpisodeLimits()) throws {
        let reader = try EpisodeFileFormats.open(url, limits: limits)
        warnings = reader.warnings
        for name in reader.episodeNames {
            switch reader.read(name) {
            case .accepted(let episode, let warnings):
                accepted.append(episode)
                self.warnings += warnings
            case .rejected(let rejection):
                rejected.append(rejection)
            }
        }
    }

    /// The accepted episode of that name.
    func episode(_ name: String) throws -> Episode {
        try #require(accepted.first { $0.metadata.sourceEpisode == name })
    }
}

/// The arrays of `episode(number)` in Tests/Fixtures/recordings/make.py, as Float.
enum Expected {
    static let steps = 6

    static func actions(_ number: Int) -> [Float] {
        (0..<steps).flatMap { (step: Int) -> [Float] in
            let angle = Double(step + number)
            return [Float(sin(angle)), Float(cos(angle))]
        }
    }

    /// `obs/arm` and `obs/gripper` side by side.
    static func states(_ number: Int) -> [Float] {
        (0..<steps).flatMap { (step: Int) -> [Float] in
            let half: Float = Float(step) * 0.5 - Float(number)
            return [Float(step + number), half, Float(step % 2)]
        }
    }
}
