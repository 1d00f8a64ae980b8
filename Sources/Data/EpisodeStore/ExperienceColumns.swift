package import Digests
package import Episodes

/// States, actions and intervention flags of many episodes as rows in a scratch file.
///
/// A row is `[state | action | intervention]`, padded to the widest embodiment. Memory holds a short
/// entry an episode; everything a step is read when it is asked for.
package struct ExperienceColumns: Sendable {
    /// What is kept in memory of an episode.
    package struct Entry: Sendable {
        package let digest: Digest
        /// Rows before the episode's own.
        package let firstRow: Int
        /// Steps (T).
        package let stepCount: Int
        /// Index into `tasks`.
        package internal(set) var task: Int
        package let outcome: Outcome
        package let isDemonstration: Bool
        /// Whether its steps may never count as better than expected (quality gate H11).
        package let isNeverPositive: Bool
        /// How often it is drawn compared with others; 1 is usual.
        package let weight: Double
        /// The number of the first picture of each camera; nil for one that the episode lacks.
        package let pictures: [Int?]
    }

    /// An instruction and the robot that follows it.
    package struct Task: Hashable, Sendable, Comparable {
        package let instruction: String
        /// Name of the embodiment.
        package let embodiment: String

        package init(instruction: String, embodiment: String) {
            self.instruction = instruction
            self.embodiment = embodiment
        }

        package static func < (left: Task, right: Task) -> Bool {
            (left.instruction, left.embodiment) < (right.instruction, right.embodiment)
        }
    }

    /// In the order in which they were added.
    package let episodes: [Entry]
    /// Sorted.
    package let tasks: [Task]
    /// Sorted by name.
    package let embodiments: [Embodiment]
    /// The index into `embodiments` of each task.
    package let embodimentOfTask: [Int]
    /// Columns of the widest state.
    package let stateWidth: Int
    /// Columns of the widest action.
    package let actionWidth: Int
    /// Steps of all episodes.
    package let rowCount: Int

    /// Absent where nobody looks at pictures.
    package let pictures: PictureColumns?

    let file: ScratchFile

    /// Floats of a row.
    package var rowWidth: Int { stateWidth + actionWidth + 1 }

    /// Reads rows, `[state | action | intervention]` each.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func read(rows: Range<Int>, into buffer: inout [Float]) throws {
        let count = rows.count * rowWidth
        if buffer.count < count { buffer = Array(repeating: 0, count: count) }
        try file.read(count, from: rows.lowerBound * rowWidth, into: &buffer)
    }

    /// T flags of an episode, true where a human was driving.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func interventions(of entry: Entry, buffer: inout [Float]) throws -> [Bool] {
        try read(rows: entry.firstRow..<(entry.firstRow + entry.stepCount), into: &buffer)
        return (0..<entry.stepCount).map { buffer[($0 + 1) * rowWidth - 1] != 0 }
    }

    /// How each step of an episode ended: see ``stepOutcomes(_:isDemonstration:interventions:)``.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package func outcomes(of entry: Entry, buffer: inout [Float]) throws -> [Outcome] {
        stepOutcomes(
            entry.outcome, isDemonstration: entry.isDemonstration,
            interventions: try interventions(of: entry, buffer: &buffer))
    }
}
