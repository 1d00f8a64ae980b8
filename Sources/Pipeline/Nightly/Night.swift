package import Foundation
package import StageRuns

/// One execution of a pipeline: starts the stages as processes, in order, and records the run.
///
/// Each wake-up reads what is there, does what is missing, and ends; cron may call it any number of
/// times. What a stage has done is the stage's to know: the night only starts it.
package struct Night: Sendable {
    /// What is run.
    package let pipeline: Pipeline
    let options: StageOptions
    let workspace: Workspace
    let programs: StagePrograms
    /// Whether stages work even where their keys have succeeded.
    let forces: Bool
    let progress = NightProgress()

    init(
        pipeline: Pipeline, options: StageOptions, workspace: Workspace, programs: StagePrograms,
        forces: Bool
    ) {
        self.pipeline = pipeline
        self.options = options
        self.workspace = workspace
        self.programs = programs
        self.forces = forces
    }

    /// Prepares a run of the pipeline in `file`.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if the file cannot be used, or names a stage that has no
    ///   executable.
    package init(
        pipelineFile file: URL, options: StageOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.init(
            pipeline: try ConfigurationFile.load(
                Pipeline.self, from: file,
                next: "Give nightshift run a pipeline that exists, such as pipelines/nightly.yaml."),
            options: options,
            workspace: try Workspace(root: options.workspace),
            programs: try StagePrograms(environment: environment), forces: options.force)
        for stage in pipeline.stages { _ = try programs.url(of: stage.stage) }
    }

    /// Runs every stage, and returns what they did.
    ///
    /// - Throws: ``StageError/locked(_:next:)`` if another run of the pipeline is under way; what the
    ///   catalogue throws. A stage that fails does not throw: it is in the result.
    package func run() async throws -> NightResult {
        let lock = try FileLock.acquire(
            workspace.lock(ofPipeline: pipeline.name), for: "a run of \(pipeline.name)")
        let result = try await work(
            RunLedger(workspace: workspace, databaseURL: options.databaseURL))
        _ = lock  // held to here
        return result
    }

    /// Runs the stages under a lock that the caller holds.
    func work(_ ledger: RunLedger) async throws -> NightResult {
        let run = try ledger.begin(pipeline: pipeline)
        if let note = run.resumedNote { progress.say(note) }
        let page = workspace.runDirectory(run.id).appending(path: "report.html")
        let start = ContinuousClock.now
        var result = NightResult(run: run.id, report: page.path)
        for stage in pipeline.stages {
            guard !StopRequest.isPending else {
                result.state = .stopped
                break
            }
            let done = try await execution(of: stage, run: run.id).perform()
            result.stages.append(done)
            guard done.state == .succeeded else {
                result.state = done.state
                break
            }
        }
        result.finish(after: start.duration(to: .now))
        try ledger.finish(result)
        try RunPage(result: result, ledger: ledger, workspace: workspace).write()
        return result
    }

    private func execution(of stage: Pipeline.Stage, run: String) throws -> StageExecution {
        StageExecution(
            stage: stage, run: run, program: try programs.url(of: stage.stage),
            workspace: workspace, force: forces,
            waitForStage: .seconds(pipeline.waitForStageSeconds),
            stopGrace: .seconds(pipeline.stopGraceSeconds), progress: progress)
    }
}
