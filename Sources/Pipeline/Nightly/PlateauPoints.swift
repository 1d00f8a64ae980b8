import Diversity
import Foundation
import StageRuns

/// What evaluations found of policies that learned from some episodes of a task, by task.
struct PlateauPoints {
    private(set) var points: [String: [CurvePoint]] = [:]

    init() {}

    /// Adds what was found; equal numbers of episodes are one point.
    mutating func add(task: String, _ point: CurvePoint) {
        var known = points[task] ?? []
        if let index = known.firstIndex(where: { $0.episodes == point.episodes }) {
            let old = known.remove(at: index)
            known.append(
                CurvePoint(
                    episodes: old.episodes, evaluations: old.evaluations + point.evaluations,
                    successes: old.successes + point.successes))
        } else {
            known.append(point)
        }
        points[task] = known.sorted { $0.episodes < $1.episodes }
    }

    /// Reads one JSON object a line: `{"task", "episodes", "evaluations", "successes"}`.
    ///
    /// - Throws: ``StageError/inputRefused(_:next:)`` naming the line.
    init(file: URL) throws {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw Self.refused("\(file.path): \(error.localizedDescription)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            let (task, point) = try Self.point(line, "\(file.path) line \(number + 1)")
            add(task: task, point)
        }
        guard !points.isEmpty else { throw Self.refused("\(file.path) has no line") }
    }

    private static func point(_ line: Substring, _ place: String) throws -> (String, CurvePoint) {
        struct Named: Decodable { let task: String }
        let bytes = Data(line.utf8)
        let (task, point): (String, CurvePoint)
        do {
            task = try JSONDecoder().decode(Named.self, from: bytes).task
            point = try JSONDecoder().decode(CurvePoint.self, from: bytes)
        } catch {
            throw refused("\(place): found '\(line.prefix(120))', which lacks a key or is no JSON")
        }
        guard point.episodes > 0, point.evaluations > 0,
            (0...point.evaluations).contains(point.successes)
        else {
            throw refused(
                "\(place): found \(point.episodes) episodes, \(point.evaluations) evaluations and "
                    + "\(point.successes) successes, expected the first two above 0 and no more successes than evaluations"
            )
        }
        return (task, point)
    }

    private static func refused(_ message: String) -> StageError {
        .inputRefused(
            "reading points of a learning curve: \(message)",
            next: "Write one line a point, for example "
                + #"{"task": "open the drawer", "episodes": 200, "evaluations": 100, "successes": 71}"#
        )
    }
}
