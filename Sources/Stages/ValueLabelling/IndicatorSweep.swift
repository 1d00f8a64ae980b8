import EpisodeStore
import Foundation
import StageRuns

/// Indicators of all steps, as a column in a scratch file.
struct IndicatorSweep {
    let indicators: ScratchFile
    /// Positive steps, by task.
    let positiveCounts: [Int]

    /// Compares every advantage with its task's threshold.
    init(
        _ columns: ExperienceColumns, sweep: ValueSweep, thresholds: [Float?],
        configuration: LabellingConfiguration, run: StageRun
    ) throws {
        indicators = try ScratchFile(at: run.scratch.appending(path: "indicators.i8"))
        var counts = [Int](repeating: 0, count: columns.tasks.count)
        var buffer: [Float] = []
        for entry in columns.episodes {
            var advantages = [Float](repeating: 0, count: entry.stepCount)
            try sweep.advantages.read(entry.stepCount, from: entry.firstRow, into: &advantages)
            let found = ValueLabelling.indicators(
                of: entry, advantages: advantages,
                interventions: try columns.interventions(of: entry, buffer: &buffer),
                threshold: thresholds[entry.task] ?? .infinity,
                demonstrations: configuration.demonstrations)
            counts[entry.task] += found.count { $0 == 1 }
            try indicators.append(found)
        }
        positiveCounts = counts
    }
}
