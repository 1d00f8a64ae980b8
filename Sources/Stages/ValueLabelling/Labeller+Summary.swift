import Catalogue
import EpisodeStore
import Episodes
import Evidence
import Foundation
import Reports
import StageRuns

extension Labeller {
    /// All figures of the attempt.
    func summary(
        _ columns: ExperienceColumns, _ sweep: ValueSweep, _ thresholds: [Float?],
        _ marks: IndicatorSweep, limits: [Int], losses: [[Double]]
    ) throws -> LabellingSummary {
        let shares = ValueEvidence.shares.indices
        let figures = shares.map { sweep.evidence.figures(share: $0) }
        let tasks = columns.tasks.indices.map { task in
            let entries = columns.episodes.filter { $0.task == task }
            let steps = entries.reduce(0) { $0 + $1.stepCount }
            return LabellingSummary.Task(
                instruction: columns.tasks[task].instruction,
                embodiment: columns.tasks[task].embodiment, episodes: entries.count,
                steps: steps, timeLimitSteps: limits[task],
                threshold: thresholds[task].map(Double.init),
                positiveShare: Double(marks.positiveCounts[task]) / Double(max(1, steps)),
                clippedShare: Double(sweep.clippedCounts[task]) / Double(max(1, steps)),
                figures: shares.map { sweep.evidence.figures(share: $0, task: task) },
                rankCorrelation: sweep.evidence.rankCorrelationWithTime(task: task))
        }
        let positive = marks.positiveCounts.reduce(0, +)
        return LabellingSummary(
            headline: "labelled \(columns.rowCount) steps of \(columns.episodes.count) episodes, "
                + "\(positive) positive; AUROC at half the episode \(number(figures[1].auroc))",
            snapshot: snapshot, episodes: columns.episodes.count,
            labelledEpisodes: sweep.evidence.episodeCount, steps: columns.rowCount,
            positiveSteps: positive, aurocAtHalf: figures[1].auroc, figures: figures,
            rankCorrelation: sweep.evidence.rankCorrelationWithTime(), tasks: tasks,
            doubtfulOutcomes: try doubts(sweep.evidence, columns), losses: losses)
    }

    /// Doubtful outcomes by where the episodes came from, which the catalogue knows.
    private func doubts(
        _ evidence: ValueEvidence, _ columns: ExperienceColumns
    ) throws -> [DoubtfulOutcomes] {
        var ends: [(forecast: Forecast, origins: [String: String])] = []
        let pageSize = 256
        for start in stride(from: 0, to: evidence.ends.count, by: pageSize) {
            let page = evidence.ends[start..<min(start + pageSize, evidence.ends.count)]
            let records = try run.catalogue.episodes(
                withDigests: page.map { columns.episodes[$0.episode].digest })
            for (end, record) in zip(page, records) {
                let provenance = record.metadata.provenance
                let day = (provenance.recordedAt ?? record.ingestedAt).prefix(10)
                let origins = [
                    "robot": provenance.robot, "site": provenance.site,
                    "release": provenance.policyRelease.map { String($0.prefix(12)) },
                    "day": String(day),
                ]
                ends.append((end.forecast, origins.compactMapValues(\.self)))
            }
        }
        return doubtfulOutcomes(ends)
    }
}

/// Keeps a report where people find it, and as an object.
@discardableResult
func write(_ report: Report, of run: StageRun) throws -> Artefact {
    let json = Array(try canonicalJSON(report).utf8)
    try DurableFile.write(json, to: run.directory.appending(path: "report.json"))
    try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
    return Artefact(
        kind: "report", name: "report.json", digest: try run.objects.put(json),
        byteCount: json.count)
}
