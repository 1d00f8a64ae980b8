import Catalogue
import Foundation
import StageRuns

/// The record of runs in the catalogue, and what of it a night needs.
struct RunLedger: Sendable {
    let catalogue: ExperienceCatalogue

    init(workspace: Workspace, databaseURL: String?) throws {
        catalogue = try ExperienceCatalogue.open(
            workspace: workspace.root, databaseURL: databaseURL)
    }

    /// A run that this process now works on.
    struct Current {
        let id: String
        /// What to tell people if an earlier process began it.
        let resumedNote: String?
    }

    /// Begins a run, or goes on with the one that a killed process left, if the pipeline is the same.
    ///
    /// The caller holds the pipeline's lock, so that a run recorded as running has no process any more.
    func begin(pipeline: Pipeline) throws -> Current {
        let configuration = try canonicalJSON(pipeline)
        let unfinished = try catalogue.runs(limit: 100).first {
            $0.pipeline == pipeline.name && $0.state == .running
        }
        if let unfinished, unfinished.configurationJSON == configuration {
            return Current(
                id: unfinished.id,
                resumedNote: "Going on with run \(unfinished.id), whose process was killed")
        }
        let now = Date()
        let record = try catalogue.beginRun(
            named: Self.name(now), pipeline: pipeline.name, configurationJSON: configuration,
            at: timestamp(now))
        let note = unfinished.map {
            "Run \($0.id) was killed, and the pipeline has changed since: beginning anew"
        }
        return Current(id: record.id, resumedNote: note)
    }

    /// Records how the run ended.
    func finish(_ result: NightResult) throws {
        let state: RunState =
            switch result.state {
            case .succeeded: .succeeded
            case .stopped: .stopped
            case .failed, .running: .failed
            }
        try catalogue.finishRun(
            result.run, state: state, summaryJSON: try canonicalJSON(result), at: timestamp())
    }

    /// The result of a run that has ended.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if there is no such run, or it has not ended.
    func result(ofRun id: String?) throws -> NightResult {
        let record = try id.map { try catalogue.run(id: $0) } ?? catalogue.latestRun()
        guard let record else {
            throw StageError.usage(
                id.map { "there is no run '\($0)' in the catalogue" } ?? "there is no run yet",
                next: id == nil
                    ? "Start one: nightshift run pipelines/nightly.yaml"
                    : "nightshift status lists the runs.")
        }
        guard let summary = record.summaryJSON else {
            throw StageError.usage(
                "run \(record.id) has not ended: its state is \(record.state.rawValue)",
                next: "nightshift status shows who is at work.")
        }
        return try JSONDecoder().decode(NightResult.self, from: Data(summary.utf8))
    }

    /// The settings that a stage had in a run, or in the newest run that had the stage.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if the named run is unknown or did not have the stage.
    func settings(of stage: String, run: String?) throws -> ConfigurationValue {
        let records = try run.map { try [catalogue.run(id: $0)] } ?? catalogue.runs(limit: 1000)
        for record in records.compactMap({ $0 }) {
            let pipeline = try JSONDecoder().decode(
                Pipeline.self, from: Data(record.configurationJSON.utf8))
            if let found = pipeline.stages.first(where: { $0.stage == stage }) {
                return found.settings
            }
        }
        guard let run else { return .map([:]) }
        throw StageError.usage(
            "there is no run '\(run)' with the stage \(stage) in the catalogue",
            next: "nightshift status lists the runs.")
    }

    /// A run's name: when it began, UTC.
    private static func name(_ date: Date) -> String {
        let style = Date.VerbatimFormatStyle(
            format: """
                \(year: .padded(4))-\(month: .twoDigits)-\(day: .twoDigits)-\
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\
                \(minute: .twoDigits)\(second: .twoDigits)
                """,
            timeZone: .gmt, calendar: Calendar(identifier: .iso8601))
        return date.formatted(style)
    }
}
