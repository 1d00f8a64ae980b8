package import Digests
package import Episodes
package import Foundation

/// Collects episodes one after the other into ``ExperienceColumns``.
package struct ExperienceColumnsWriter {
    /// The embodiments that episodes may have, sorted by name.
    private let embodiments: [Embodiment]
    private let file: ScratchFile
    private let stateWidth: Int
    private let actionWidth: Int
    private var episodes: [ExperienceColumns.Entry] = []
    private var taskNumbers: [ExperienceColumns.Task: Int] = [:]
    private var rowCount = 0
    private var pictures: PictureColumnsWriter?

    /// Starts an empty file at `url` for robots of these kinds, sorted by name where there are
    /// pictures.
    ///
    /// - Precondition: there is at least one kind of robot.
    /// - Throws: ``EpisodeStoreError``.
    package init(
        at url: URL, embodiments: [Embodiment], pictures: PictureColumnsWriter? = nil
    ) throws {
        precondition(!embodiments.isEmpty, "columns for no kind of robot")
        self.embodiments = embodiments.sorted { $0.name < $1.name }
        stateWidth = embodiments.map(\.stateWidth).max() ?? 0
        actionWidth = embodiments.map(\.actionWidth).max() ?? 0
        file = try ScratchFile(at: url)
        self.pictures = pictures
    }

    /// Adds an episode, whose states and actions it returns, unpadded, for whoever summarises them.
    ///
    /// - Throws: ``EpisodeStoreError`` or `EpisodeShapeError`.
    package mutating func add(
        _ episode: Episode, digest: Digest, weight: Double = 1, isNeverPositive: Bool = false
    ) throws -> (states: [Float], actions: [Float]) {
        let metadata = episode.metadata
        let states = try episode.stateMatrix()
        let actions = try episode.actionMatrix()
        try append(states, actions, try episode.interventions(), of: metadata.embodiment)
        let task = ExperienceColumns.Task(
            instruction: metadata.instruction, embodiment: metadata.embodiment.name)
        let number = taskNumbers[task] ?? taskNumbers.count
        taskNumbers[task] = number
        let robot = embodiments.firstIndex { $0.name == metadata.embodiment.name } ?? 0
        let firstPictures = try pictures?.add(episode, embodiment: robot) ?? []
        episodes.append(
            ExperienceColumns.Entry(
                digest: digest, firstRow: rowCount, stepCount: metadata.stepCount, task: number,
                outcome: metadata.outcome, isDemonstration: metadata.isDemonstration,
                isNeverPositive: isNeverPositive, weight: weight, pictures: firstPictures))
        rowCount += metadata.stepCount
        return (states, actions)
    }

    /// The columns of what was added.
    package func finish() -> ExperienceColumns {
        let tasks = taskNumbers.keys.sorted()
        var places = [Int](repeating: 0, count: tasks.count)
        for (place, task) in tasks.enumerated() { places[taskNumbers[task] ?? 0] = place }
        let names = embodiments.map(\.name)
        return ExperienceColumns(
            episodes: episodes.map { entry in
                var entry = entry
                entry.task = places[entry.task]
                return entry
            },
            tasks: tasks, embodiments: embodiments,
            embodimentOfTask: tasks.map { names.firstIndex(of: $0.embodiment) ?? 0 },
            stateWidth: stateWidth, actionWidth: actionWidth, rowCount: rowCount,
            pictures: pictures?.finish(), file: file)
    }

    private func append(
        _ states: [Float], _ actions: [Float], _ interventions: [Bool], of robot: Embodiment
    ) throws {
        let width = stateWidth + actionWidth + 1
        var rows = [Float](repeating: 0, count: interventions.count * width)
        for step in interventions.indices {
            for column in 0..<robot.stateWidth {
                rows[step * width + column] = states[step * robot.stateWidth + column]
            }
            for column in 0..<robot.actionWidth {
                rows[step * width + stateWidth + column] =
                    actions[step * robot.actionWidth + column]
            }
            rows[(step + 1) * width - 1] = interventions[step] ? 1 : 0
        }
        try file.append(rows)
    }
}
