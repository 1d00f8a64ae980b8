import Catalogue
import EpisodeStore
import Foundation

/// What the newest report of filter-by-quality says of each task's diversity: the second signal of a plateau.
struct DiversityGrowth {
    /// Growth over the last seven nights.
    struct Signal: Decodable {
        let vendi: Double?
        let coverage: Double?
        let novelty: Double?

        /// Whether new episodes were still unlike those before; nil where that is not known.
        var isGrowing: Bool? {
            guard let growth = [vendi, coverage].compactMap({ $0 }).max(), let novelty else {
                return nil
            }
            return growth >= 0.01 || novelty >= 0.5
        }
    }

    private struct Page: Decodable {
        struct Task: Decodable {
            let task: String
            let growth: Signal?
        }

        struct Figures: Decodable { let tasks: [Task] }

        let diversity: Figures?
    }

    private var signals: [String: Signal] = [:]

    init() {}

    /// Empty where the report is older than these figures, or is kept no longer.
    init(catalogue: ExperienceCatalogue, objects: ObjectStore) throws {
        guard let attempt = try catalogue.latestSucceeded(stage: "filter-by-quality"),
            let artefact = attempt.outputs(ofKind: "report").first,
            objects.exists(artefact.digest)
        else { return }
        let page = try JSONDecoder().decode(
            Page.self, from: Data(try objects.read(artefact.digest)))
        for task in page.diversity?.tasks ?? [] { signals[task.task] = task.growth }
    }

    /// By instruction, or by the name that evidence gives a task: the instruction, and the robot in brackets.
    func signal(of task: String) -> Signal? {
        if let signal = signals[task] { return signal }
        guard task.hasSuffix(")"), let bracket = task.range(of: " (", options: .backwards) else {
            return nil
        }
        return signals[String(task[..<bracket.lowerBound])]
    }
}
