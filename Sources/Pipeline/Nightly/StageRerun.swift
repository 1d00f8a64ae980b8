import Foundation
package import StageRuns

/// A new attempt of one stage, outside the pipeline's order.
package struct StageRerun: Sendable {
    let stage: String
    let origin: String?
    let movesChannels: Bool
    let options: StageOptions
    let workspace: Workspace
    let programs: StagePrograms

    /// The stage that moves channels.
    package static let promotion = "promote"

    /// Prepares a new attempt of `stage` with the settings that it had in the run `origin`, or in the
    /// newest run that had it.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if the stage moves channels and nobody allowed it.
    package init(
        stage: String, origin: String?, movesChannels: Bool, options: StageOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        guard stage != Self.promotion || movesChannels else {
            throw StageError.usage(
                "a rerun of promote would move channels",
                next: "Give --promote if that is what you want.")
        }
        self.stage = stage
        self.origin = origin
        self.movesChannels = movesChannels
        self.options = options
        workspace = try Workspace(root: options.workspace)
        programs = try StagePrograms(environment: environment)
        _ = try programs.url(of: stage)
    }

    /// Works on the stage although its key has succeeded; then promotes, if that was allowed.
    package func run() async throws -> NightResult {
        let lock = try FileLock.acquire(
            workspace.lock(ofPipeline: "rerun-\(stage)"), for: "a rerun of \(stage)")
        let ledger = try RunLedger(workspace: workspace, databaseURL: options.databaseURL)
        var pipeline = Pipeline()
        pipeline.name = "rerun-\(stage)"
        pipeline.stages = [
            Pipeline.Stage(stage: stage, settings: try ledger.settings(of: stage, run: origin))
        ]
        if movesChannels, stage != Self.promotion {
            pipeline.stages.append(
                Pipeline.Stage(
                    stage: Self.promotion,
                    settings: try ledger.settings(of: Self.promotion, run: origin)))
        }
        let night = Night(
            pipeline: pipeline, options: options, workspace: workspace, programs: programs,
            forces: true)
        let result = try await night.work(ledger)
        _ = lock  // held to here
        return result
    }
}
