import Catalogue
import Digests
import EpisodeStore
package import Foundation
package import StageRuns

/// Rewrites shards without what was withdrawn, and frees what nobody needs.
///
/// First everything that is still needed is durable elsewhere and recorded, in transactions that only
/// the newest compaction may make; then files go that nothing refers to. Between the two a file is
/// touched, so that whoever has just read where it lies has the grace period to read it: a compaction
/// that is killed anywhere leaves at most files that the next one removes.
package struct Compaction {
    static let stage = "compact"

    let session: StageSession
    let settings: RetentionConfiguration
    let now: Date

    /// Prepares a compaction of the workspace that `options` name, with the settings of their file.
    ///
    /// - Throws: ``StageError``.
    package init(options: StageOptions, now: Date = Date()) throws {
        settings = try ConfigurationFile.load(
            RetentionConfiguration.self, from: options.configurationFile)
        session = try StageSession(
            options: StageOptions(
                workspace: options.workspace, configurationFile: options.configurationFile,
                force: true, json: options.json, run: options.run,
                databaseURL: options.databaseURL))
        self.now = now
    }

    /// What it would do now.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors.
    package func plan() throws -> CompactionPlan {
        try CompactionPlanner(session: session, settings: settings, now: now).plan()
    }

    /// Does what the plan says; with `appliesLimit` also what `maximumBytes` asks for.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors.
    package func run(appliesLimit: Bool) throws -> StageReport<CompactionSummary> {
        try session.perform(
            stage: Self.stage, configuration: settings, inputs: []
        ) { run in
            var summary = CompactionSummary()
            var plan = try plan()
            if appliesLimit, !plan.forTheLimit.episodes.isEmpty {
                summary.episodesWithdrawn = try withdrawForTheLimit(plan.forTheLimit)
                plan = try self.plan()
            }
            try rewrite(plan, run, &summary)
            var attempts = plan.attempts
            if appliesLimit { attempts += plan.forTheLimit.attempts }
            try free(attempts: attempts, releases: plan.releases, run, &summary)
            try sweep(run, &summary)
            try erase(run, &summary)
            return StageResult(outputs: [], summary: summary)
        }
    }

    private func withdrawForTheLimit(_ limit: CompactionPlan.ForTheLimit) throws -> Int {
        let reason = "retention: more than maximumBytes, \(settings.maximumBytes)"
        let uses = try ExperienceUses(of: Set(limit.episodes), in: session)
        return try session.catalogue.withdraw(
            limit.episodes, reason: reason, actor: "auto",
            selectionJSON: try canonicalJSON(
                EpisodeDays(from: limit.from ?? "", to: limit.to ?? "")),
            seenByJSON: try canonicalJSON(uses), tainted: uses.attempts, fenced: []
        ).withdrawn
    }

    private struct EpisodeDays: Encodable {
        let from: String
        let to: String
    }

    private func free(
        attempts: [String], releases: [String], _ run: StageRun,
        _ summary: inout CompactionSummary
    ) throws {
        guard !attempts.isEmpty || !releases.isEmpty else { return }
        let chosen = Set(attempts)
        for item in try session.catalogue.keptArtefacts() where chosen.contains(item.attempt) {
            try session.objects.touch(item.artefact.digest)
        }
        try session.catalogue.free(
            attempts: attempts, releases: releases, guardedBy: run.attempt)
        summary.attemptsFreed = attempts.count
        summary.releasesFreed = releases.count
    }
}
