package import Foundation
import StageRuns

/// One line of a simulator's standard output: how an episode went.
package struct SimulatorEpisode: Codable, Equatable {
    /// The instruction.
    package let task: String
    package let embodiment: String
    /// What the scene was drawn from.
    package let seed: UInt64
    package let success: Bool
    package let steps: Int
    /// Of the robot's time.
    package let seconds: Double

    /// What makes it comparable with another policy's episode.
    package struct Key: Hashable {
        package let task: ReplayTask
        package let seed: UInt64
    }

    var key: Key {
        Key(task: ReplayTask(instruction: task, embodiment: embodiment), seed: seed)
    }
}

/// What a simulator printed, checked against what it was asked for.
package struct SimulatorOutput {
    /// By task and seed.
    package let episodes: [SimulatorEpisode.Key: SimulatorEpisode]

    /// Reads one JSON object a line.
    ///
    /// `source` names the output in errors.
    ///
    /// - Throws: ``StageError`` where a line is no episode, or an episode is there twice.
    package init(_ bytes: Data, source: String) throws {
        var episodes: [SimulatorEpisode.Key: SimulatorEpisode] = [:]
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy(isBlank) {
            let episode = try Self.episode(line, place: "line \(index + 1) of \(source)")
            guard episodes.updateValue(episode, forKey: episode.key) == nil else {
                throw Self.refused(
                    "line \(index + 1) of \(source): a second episode of '\(episode.task)' from seed "
                        + "\(episode.seed)")
            }
        }
        self.episodes = episodes
    }

    private static func episode(_ line: Data, place: String) throws -> SimulatorEpisode {
        let episode: SimulatorEpisode
        do {
            episode = try JSONDecoder().decode(SimulatorEpisode.self, from: line)
        } catch let error as DecodingError {
            let found = String(decoding: line.prefix(120), as: UTF8.self)
            throw refused("\(place): found '\(found)', \(problem(error))")
        }
        guard episode.steps > 0, episode.seconds > 0, episode.seconds.isFinite else {
            throw refused(
                "\(place): found steps \(episode.steps) and seconds \(episode.seconds), expected "
                    + "both above 0")
        }
        return episode
    }

    private static func problem(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "which lacks '\(key.stringValue)'"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "whose '\(context.codingPath.last?.stringValue ?? "")' is not of type \(type)"
        default: "which is not a JSON object"
        }
    }

    static func refused(_ message: String) -> StageError {
        StageError.inputRefused(
            "reading what the simulator printed: \(message)",
            next: "The simulator must print one JSON object an episode on standard output, with "
                + "task, embodiment, seed, success, steps and seconds, and nothing else; "
                + "docs/stages/shadow-evaluate.md has an example.")
    }
}

private func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }
