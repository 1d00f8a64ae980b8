import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import MorningReports
import StageRuns

/// Reads the catalogue and what stages kept, and makes the morning report of one run.
struct MorningGathering {
    let result: NightResult
    let run: RunRecord
    let catalogue: ExperienceCatalogue
    let workspace: Workspace
    let history: NightHistory

    init(result: NightResult, ledger: RunLedger, workspace: Workspace) throws {
        guard let run = try ledger.catalogue.run(id: result.run) else {
            throw StageError.usage(
                "there is no run '\(result.run)' in the catalogue",
                next: "nightshift status lists the runs.")
        }
        self.result = result
        self.run = run
        catalogue = ledger.catalogue
        self.workspace = workspace
        history = try NightHistory(catalogue: catalogue, upTo: run, result: result)
    }

    /// The report of the run.
    func report() throws -> MorningReport {
        var report = MorningReport(
            run: run.id, pipeline: run.pipeline, state: result.state.rawValue,
            startedAt: run.startedAt, seconds: result.seconds, nights: history.nights)
        report.breakdowns = try breakdowns()
        report.stages = result.stages.map { stage in
            MorningReport.Stage(
                name: stage.stage, state: stage.state.rawValue, isReused: stage.reused,
                seconds: stage.seconds, headline: stage.headline, message: stage.message,
                log: stage.log)
        }
        report.changes = try changes()
        try addQuality(to: &report)
        try addLearning(to: &report)
        report.plateaus = try plateaus()
        report.pictures = try shownEpisodes()
        return report
    }

    /// Whether more of the same would help, by what had been evaluated when the run ended.
    private func plateaus() throws -> [MorningReport.Plateau] {
        let objects = ObjectStore(workspace: workspace.root)
        return try PlateauReport.tasks(
            catalogue: catalogue, objects: objects, upTo: run.finishedAt
        ).map {
            MorningReport.Plateau(
                task: $0.task, verdict: $0.verdict, gainPerDoubling: $0.gain_per_doubling,
                lower: $0.low, upper: $0.high, neededEvaluations: $0.needed_evaluations,
                collect: $0.collect)
        }
    }

    /// What a stage printed; nothing where it did not run or failed.
    func summary(of stage: String) -> ConfigurationValue {
        result.stages.last { $0.stage == stage && $0.state == .succeeded }?.summary ?? .none
    }

    /// Whether a stage had nothing to do.
    func isReused(_ stage: String) -> Bool {
        result.stages.last { $0.stage == stage }?.reused == true
    }

    /// What a stage kept as an artefact of a kind; nothing where it keeps none.
    func artefact(_ kind: String, of stage: String) throws -> ConfigurationValue {
        let found = summary(of: stage)["outputs"].elements.first { $0["kind"].string == kind }
        guard let hex = found?["digest"].string else { return .none }
        let bytes = try ObjectStore(workspace: workspace.root).read(try Digest(hex: hex))
        return try JSONDecoder().decode(ConfigurationValue.self, from: Data(bytes))
    }

    private func breakdowns() throws -> [MorningReport.Breakdown] {
        let found = [
            history.breakdown("task", limit: 100, by: history.taskName),
            history.breakdown("robot", limit: 100) { $0.robot },
            history.breakdown("site", limit: 100) { $0.site },
            try operators(),
        ]
        return found.compactMap { $0 }
    }

    /// Operators are in the metadata only: last night's episodes are read one by one.
    private func operators() throws -> MorningReport.Breakdown? {
        guard let window = history.entries.last?.window else { return nil }
        var tallies: [String: Tally] = [:]
        try catalogue.forEachEpisode(in: window) { record in
            guard let name = record.metadata.provenance.operatorName else { return }
            tallies[name, default: Tally()].add(Tally(record))
        }
        guard !tallies.isEmpty else { return nil }
        let ordered = tallies.sorted {
            ($1.value.episodes, $0.key) < ($0.value.episodes, $1.key)
        }
        return MorningReport.Breakdown(
            title: "operator",
            groups: ordered.prefix(100).map { MorningReport.Group(name: $0.key, tally: $0.value) },
            groupCount: ordered.count)
    }
}

extension Tally {
    /// One episode.
    init(_ record: EpisodeRecord) {
        self.init()
        let metadata = record.metadata
        episodes = 1
        successes = metadata.outcome == .success ? 1 : 0
        failures = metadata.outcome == .failure ? 1 : 0
        corrected = !metadata.isDemonstration && record.interventionCount > 0 ? 1 : 0
        demonstrations = metadata.isDemonstration ? 1 : 0
        if let rate = metadata.embodiment.controlRateHertz, rate > 0 {
            seconds = Double(metadata.stepCount) / rate
        }
    }
}
