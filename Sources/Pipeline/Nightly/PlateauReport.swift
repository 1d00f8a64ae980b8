import Catalogue
import Diversity
import EpisodeStore
package import Foundation
package import StageRuns

/// Whether more of the same episodes still helps, task by task, and what to collect next.
package struct PlateauReport: Encodable, Sendable {
    /// One task's verdict.
    package struct Task: Codable, Sendable, Equatable {
        package let task: String
        /// `helps`, `plateau` or `undecided`.
        package let verdict: String
        /// How much less often the policy fails with twice the episodes, with its 10th and 90th
        /// percentile; nil with fewer than three different numbers of episodes.
        package let gain_per_doubling: Double?
        package let low: Double?
        package let high: Double?
        package let evaluations_per_point: Int
        /// Evaluations a point that would settle it, if anything would.
        package let needed_evaluations: Int?
        /// Episodes of the points, the fewest first.
        package let episodes: [Int]
        /// Whether the newest episodes were still unlike those before; nil where that is not known.
        package let diversity_grows: Bool?
        /// What to collect next, and why.
        package let collect: String
    }

    package let tasks: [Task]

    /// Of points in a file, or else of past candidates in the workspace.
    ///
    /// - Throws: ``StageError`` where there is neither.
    package init(points file: URL?, options: StageOptions?) throws {
        let known = try file.map { try PlateauPoints(file: $0) }
        if let options {
            let workspace = try Workspace(root: options.workspace)
            let catalogue = try ExperienceCatalogue.open(
                workspace: workspace.root, databaseURL: options.databaseURL)
            tasks = try Self.tasks(
                catalogue: catalogue, objects: ObjectStore(workspace: workspace.root),
                points: known)
        } else {
            tasks = Self.tasks(
                known ?? PlateauPoints(), cells: CollectedCells(), growth: DiversityGrowth())
        }
        guard !tasks.isEmpty else {
            throw StageError.inputRefused(
                "judging whether more episodes help: no candidate has been evaluated on simulated robots in "
                    + (options?.workspace.path ?? "a workspace"),
                next:
                    "Give --points FILE.jsonl with what your own evaluations found, or configure a simulator: "
                    + "docs/stages/shadow-evaluate.md.")
        }
    }

    /// Of points, or else of what was found of past candidates up to an instant; empty where nothing was.
    static func tasks(
        catalogue: ExperienceCatalogue, objects: ObjectStore, points: PlateauPoints? = nil,
        upTo end: String? = nil
    ) throws -> [Task] {
        let points =
            try points ?? PlateauPoints(catalogue: catalogue, objects: objects, upTo: end)
        guard !points.points.isEmpty else { return [] }
        return tasks(
            points, cells: try CollectedCells(catalogue: catalogue),
            growth: try DiversityGrowth(catalogue: catalogue, objects: objects))
    }

    private static func tasks(
        _ points: PlateauPoints, cells: CollectedCells, growth: DiversityGrowth
    ) -> [Task] {
        points.points.keys.sorted().map { task in
            Task(
                task, points.points[task] ?? [], cells: cells,
                growth: growth.signal(of: task)?.isGrowing)
        }
    }

    package func encode(to encoder: any Encoder) throws { try tasks.encode(to: encoder) }

    /// For a person.
    package var lines: [String] {
        tasks.flatMap { task in
            [
                "\(task.task): \(task.verdict)" + (task.gainWords.map { ", \($0)" } ?? ""),
                "  \(task.collect)",
            ]
        }
    }
}

extension PlateauReport.Task {
    init(_ task: String, _ points: [CurvePoint], cells: CollectedCells, growth: Bool?) {
        self.task = task
        episodes = points.map(\.episodes)
        diversity_grows = growth
        let found = PlateauVerdict(of: points)
        gain_per_doubling = found?.gainPerDoubling
        low = found?.low
        high = found?.high
        evaluations_per_point = points.map(\.evaluations).min() ?? 0
        // A curve that looks flat while new episodes are still new is not a plateau yet.
        let isDoubtful = found?.verdict == .plateau && growth == true
        verdict = isDoubtful ? "undecided" : found?.verdict.rawValue ?? "undecided"
        needed_evaluations = found?.neededEvaluations
        collect = Self.advice(
            found, isDoubtful: isDoubtful, points: points, rarest: cells.rarest(of: task),
            failures: cells.failureCount(task))
    }

    private static func advice(
        _ found: PlateauVerdict?, isDoubtful: Bool, points: [CurvePoint],
        rarest: CollectedCells.Cell?, failures: Int
    ) -> String {
        let place = rarest.map { ", first from \($0.words)" } ?? ""
        guard let found else {
            return "A curve needs three different numbers of episodes, and there "
                + (points.count == 1 ? "is 1" : "are \(points.count)")
                + ": evaluate policies from a quarter, half and all of the episodes, or wait for more nights."
        }
        switch found.verdict {
        case .helps: return "Collect more of this task\(place)."
        case .plateau where isDoubtful:
            return "The curve is flat, but the newest episodes were still unlike those before: "
                + "evaluate again in a week, and collect\(rarest.map { " from \($0.words)" } ?? " as before") until then."
        case .plateau:
            let failed = failures > 0 ? " of its \(failures) failures" : ""
            return
                "More of the same does not help. Collect what is missing\(place.isEmpty ? ": other scenes and objects" : place); "
                + "the lever that is left is learning from experience\(failed) (advantages, docs/learning.md)."
        case .undecided:
            let evaluations =
                found.neededEvaluations.map {
                    "About \($0) evaluations a point would settle it, there are \(found.evaluationsPerPoint)"
                } ?? "The gain is too near the limit for more evaluations to settle it"
            return "\(evaluations). Until then collect where there is least\(place)."
        }
    }

    fileprivate var gainWords: String? {
        guard let gain_per_doubling, let low, let high else { return nil }
        func points(_ rate: Double) -> String { String(format: "%.1f", 100 * rate) }
        return
            "\(points(gain_per_doubling)) points of success per doubling (80 % interval \(points(low)) to "
            + "\(points(high)); \(evaluations_per_point) evaluations a point)"
    }
}
