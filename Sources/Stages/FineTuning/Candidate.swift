import BLAS
import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Policies
import Releases
import Reports
import StageRuns

/// A trained policy on its way into the store, with everything that made it.
struct Candidate {
    let run: StageRun
    let configuration: FineTuneConfiguration
    let inputs: FineTuneInputs
    let policy: FlowPolicy
    let progress: TrainingProgress
    let set: TrainingSet
    let errors: HeldOutErrors

    /// Keeps weights, manifest and report as objects.
    func publish() throws -> StageResult<FineTuneSummary> {
        // So that the weights alone say which indicator to ask with.
        let weights = policy.checkpoint(
            metadata: ["conditioning": configuration.conditioning.rawValue])
        let weightsDigest = try run.objects.put(weights)
        let manifest = try manifest(
            .init(digest: weightsDigest, byteCount: weights.count)
        ).canonicalBytes()
        let candidate = try run.objects.put(manifest)
        let summary = summary(candidate: candidate, weights: weightsDigest)
        let report = summary.report(progress)
        let json = Array(try canonicalJSON(report).utf8)
        try DurableFile.write(json, to: run.directory.appending(path: "report.json"))
        try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
        return StageResult(
            outputs: [
                Artefact(
                    kind: "weights", name: "weights.safetensors", digest: weightsDigest,
                    byteCount: weights.count),
                Artefact(
                    kind: "candidate", name: "manifest.json", digest: candidate,
                    byteCount: manifest.count),
                Artefact(
                    kind: "report", name: "report.json", digest: try run.objects.put(json),
                    byteCount: json.count),
            ], summary: summary)
    }

    private func manifest(_ weights: ReleaseManifest.WeightsFile) throws -> ReleaseManifest {
        let notes = try inputs.labelSet.map { try LabelSet($0, in: run.objects).notes }
        let shape = policy.configuration
        return ReleaseManifest(
            weights: weights, base: inputs.base?.id, snapshot: inputs.snapshot,
            labelSet: inputs.labelSet, valueFunctions: notes?.valueFunctions ?? [],
            thresholds: (notes?.thresholds ?? []).map {
                .init(
                    instruction: $0.instruction, embodiment: $0.embodiment,
                    threshold: $0.threshold, positiveShare: $0.positiveShare)
            },
            conditioning: configuration.conditioning.rawValue,
            configuration: try JSONValue(encoding: configuration), seed: configuration.seed,
            heldOutShare: configuration.heldOutShare,
            machine: .init(
                program: "nightshift \(programVersion)",
                workers: ProcessInfo.processInfo.activeProcessorCount,
                blasCore: MatrixProduct.description),
            policy: .init(
                preset: shape.preset, historyLength: shape.historyLength, horizon: shape.horizon,
                embodiments: set.columns.embodiments,
                normaliser: "1st and 99th percentile of each column to -1 and 1, by embodiment",
                tokenizer: "byte-level byte pairs, in the weights' configuration"),
            tasks: tasks.map {
                .init(
                    instruction: $0.instruction, embodiment: $0.embodiment,
                    trainingEpisodes: $0.trainingEpisodes, heldOutEpisodes: $0.heldOutEpisodes)
            },
            trainingCurve: progress.points.map {
                .init(
                    step: $0.step, loss: $0.loss, gradientNorm: $0.gradientNorm,
                    learningRate: $0.learningRate)
            })
    }

    private var tasks: [FineTuneSummary.Task] {
        var training = [Int](repeating: 0, count: set.columns.tasks.count)
        var all = training
        for entry in set.columns.episodes { all[entry.task] += 1 }
        for index in set.episodes { training[set.columns.episodes[index].task] += 1 }
        return set.columns.tasks.enumerated().map { index, task in
            FineTuneSummary.Task(
                instruction: task.instruction, embodiment: task.embodiment,
                trainingEpisodes: training[index], heldOutEpisodes: all[index] - training[index],
                heldOutErrors: FineTuneSummary.Errors(errors.sums[index]))
        }
    }

    private func summary(candidate: Digest, weights: Digest) -> FineTuneSummary {
        let overall = FineTuneSummary.Errors(errors.overall)
        return FineTuneSummary(
            headline:
                "candidate \(candidate.short) after \(configuration.trainingSteps) steps from "
                + (inputs.base.map { "base \($0.id.short)" } ?? "scratch")
                + "; action error on held-out successes \(number(overall.policy)), "
                + "\(percent(overall.improvement)) below the mean chunk's",
            candidate: candidate, weights: weights, base: inputs.base?.id,
            snapshot: inputs.snapshot, labelSet: inputs.labelSet,
            conditioning: configuration.conditioning.rawValue,
            trainingSteps: configuration.trainingSteps, parameters: policy.parameterCount,
            trainingEpisodes: set.episodes.count,
            heldOutEpisodes: set.columns.episodes.count - set.episodes.count,
            finalLoss: progress.points.last?.loss, heldOutErrors: overall, tasks: tasks)
    }
}

extension HeldOutErrors {
    /// All tasks together, each episode's steps alike.
    var overall: Sums {
        sums.reduce(into: Sums()) { total, task in
            total.episodes += task.episodes
            total.policy.add(task.policy)
            total.meanChunk.add(task.meanChunk)
            total.policyFull.add(task.policyFull)
            total.meanChunkFull.add(task.meanChunkFull)
        }
    }
}
