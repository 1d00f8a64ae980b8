import Catalogue
import Episodes

/// How many episodes of each task come from each site, operator and robot.
struct CollectedCells {
    /// One kind of a factor that a task has few episodes of.
    struct Cell {
        let factor: String
        let kind: String
        let episodes: Int
        let total: Int

        var words: String {
            "\(factor) \(kind) (\(episodes) of \(total) episodes)"
        }
    }

    private var counts: [String: [String: [String: Int]]] = [:]
    private var kinds: [String: Set<String>] = [:]
    private(set) var totals: [String: Int] = [:]
    private var failures: [String: Int] = [:]

    init() {}

    init(catalogue: ExperienceCatalogue) throws {
        try catalogue.forEachEpisode { record in add(record.metadata) }
    }

    /// Counts an episode for its instruction, and for the name that evidence gives its task.
    mutating func add(_ episode: EpisodeMetadata) {
        let (instruction, provenance) = (episode.instruction, episode.provenance)
        let stated = [
            ("site", provenance.site), ("operator", provenance.operatorName),
            ("robot", provenance.robot),
        ]
        for task in [instruction, "\(instruction) (\(episode.embodiment.name))"] {
            totals[task, default: 0] += 1
            failures[task, default: 0] += episode.outcome == .failure ? 1 : 0
            for (factor, kind) in stated {
                guard let kind else { continue }
                counts[task, default: [:]][factor, default: [:]][kind, default: 0] += 1
            }
        }
        for (factor, kind) in stated { if let kind { kinds[factor, default: []].insert(kind) } }
    }

    func failureCount(_ task: String) -> Int { failures[task] ?? 0 }

    /// The kind that the task has the smallest part of its equal share of; nil where no factor has two kinds.
    ///
    /// What is rarest doubles with the fewest episodes, so it is where the next ones add most.
    func rarest(of task: String) -> Cell? {
        guard let total = totals[task] else { return nil }
        var best: (cell: Cell, share: Double)?
        for factor in ["site", "operator", "robot"] {
            let all = (kinds[factor] ?? []).sorted()
            guard all.count > 1 else { continue }
            for kind in all {
                let count = counts[task]?[factor]?[kind] ?? 0
                let share = Double(count * all.count) / Double(max(1, total))
                if share < best?.share ?? 0.8 {
                    best = (
                        Cell(factor: factor, kind: kind, episodes: count, total: total), share
                    )
                }
            }
        }
        return best?.cell
    }
}
