import Cameras
import Checkpoints
import EpisodeStore
import Foundation
import Policies
import StageRuns

/// Trains a policy, and goes on from the last checkpoint of the same key after a kill.
struct Training {
    let run: StageRun
    let options: TrainingOptions
    let checkpointInterval: Int

    /// The moving average after all steps, and the curve on the way.
    ///
    /// The argument start: the policy to start from where there is no checkpoint.
    /// - Throws: `StageError` with exit code 75 after a checkpoint where the process is to end.
    func train(
        from start: () throws -> FlowPolicy, on set: TrainingSet
    ) throws -> (policy: FlowPolicy, progress: TrainingProgress) {
        var (trainer, progress) =
            try resumed() ?? (
                FlowTrainer(try start(), options: options),
                TrainingProgress(interval: max(1, options.steps / 100))
            )
        // Batches are prepared on a thread of their own while the trainer works on the one before.
        let loader = try FrameLoader(
            batches: (trainer.step + 1)..<(options.steps + 1), makeSlot: { try set.slot() },
            prepare: { step, slot in try set.fill(&slot, step: step) })
        while trainer.step < options.steps {
            if StopRequest.isPending {
                try write(trainer, progress)
                try StopRequest.check(during: "training at step \(trainer.step)")
            }
            guard let report = try loader.next({ _, slot in try trainer.step(slot.batch) })
            else { break }
            progress.add(
                step: report.step, loss: report.loss, gradientNorm: report.gradientNorm,
                learningRate: report.learningRate)
            if report.step.isMultiple(of: checkpointInterval) { try write(trainer, progress) }
            run.log.progress("training", done: report.step, total: options.steps)
        }
        return (trainer.averagedPolicy, progress)
    }

    private var checkpoint: URL { run.scratch.appending(path: "training.safetensors") }

    private func progressFile(step: Int) -> URL {
        run.scratch.appending(path: "progress-\(step).json")
    }

    /// Writes the curve first: a checkpoint is complete when its own file has its name.
    private func write(_ trainer: FlowTrainer, _ progress: TrainingProgress) throws {
        let curve = progressFile(step: trainer.step)
        try DurableFile.write(try canonicalJSON(progress), to: curve)
        try DurableFile.write(trainer.snapshot(), to: checkpoint)
        for name in try FileManager.default.contentsOfDirectory(atPath: run.scratch.path)
        where name.hasPrefix("progress-") && name != curve.lastPathComponent {
            try FileManager.default.removeItem(at: run.scratch.appending(path: name))
        }
    }

    private func resumed() throws -> (FlowTrainer, TrainingProgress)? {
        guard FileManager.default.fileExists(atPath: checkpoint.path) else { return nil }
        do {
            let trainer = try FlowTrainer(resuming: [UInt8](try Data(contentsOf: checkpoint)))
            let curve = try Data(contentsOf: progressFile(step: trainer.step))
            let progress = try JSONDecoder().decode(TrainingProgress.self, from: curve)
            run.log.info("going on from the checkpoint of step \(trainer.step)")
            return (trainer, progress)
        } catch let error as any Error & CustomStringConvertible {
            // Training anew gives the same bytes, so a damaged checkpoint costs time alone.
            run.log.warning("the checkpoint \(checkpoint.path) is not usable: \(error)")
            return nil
        }
    }
}
