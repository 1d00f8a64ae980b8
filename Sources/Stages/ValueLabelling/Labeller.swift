import Catalogue
import Digests
import EpisodeStore
import Episodes
import Evidence
import Foundation
import Policies
import StageRuns

/// One attempt to label a snapshot.
struct Labeller {
    let run: StageRun
    let configuration: LabellingConfiguration
    let snapshot: Digest

    /// Fits value functions, judges them, and labels if they can be believed.
    func label() throws -> StageResult<LabellingSummary> {
        let (columns, normaliser) = try read()
        try requireOutcomes(columns)
        let limits = timeLimits(columns)
        var functions: [ValueFunction] = []
        var losses: [[Double]] = []
        for fold in 0..<configuration.folds {
            let (function, curve) = try ValueFit(
                columns: columns, normaliser: normaliser, configuration: configuration,
                timeLimits: limits, fold: fold
            ).fit(log: run.log)
            functions.append(function)
            losses.append(curve)
        }
        let sweep = try ValueSweep(
            columns, functions: functions, timeLimits: limits,
            lookaheadSteps: configuration.lookaheadSteps, run: run)
        let thresholds = try thresholds(sweep, columns)
        let marks = try IndicatorSweep(
            columns, sweep: sweep, thresholds: thresholds, configuration: configuration, run: run)
        let summary = try summary(columns, sweep, thresholds, marks, limits: limits, losses: losses)
        try refuseBelowFloor(summary)
        return try publish(columns, sweep, marks, functions: functions, summary: summary)
    }

    private func read() throws -> (ExperienceColumns, Normaliser) {
        var specifications: [EmbodimentSpecification] = []
        var accumulator = NormaliserAccumulator(embodiments: [], seed: configuration.seed)
        let columns = try run.columns(
            of: try run.snapshot(snapshot),
            pictureSide: try PolicyConfiguration.imageSize(ofPreset: configuration.preset)
        ) { embodiments in
            specifications = embodiments.map { EmbodimentSpecification($0) }
            accumulator = NormaliserAccumulator(
                embodiments: specifications, seed: configuration.seed)
        } _: { states, actions, embodiment in
            try accumulator.add(states: states, actions: actions, embodiment: embodiment)
        }
        return (columns, try accumulator.normaliser())
    }

    private func requireOutcomes(_ columns: ExperienceColumns) throws {
        let minimum = configuration.minimumEpisodesPerOutcome
        for outcome in [Outcome.success, .failure] {
            let found = columns.episodes.count { $0.outcome == outcome }
            guard found < minimum else { continue }
            throw StageError.inputRefused(
                "labelling snapshot \(snapshot.short): found \(found) episodes of outcome "
                    + "\(outcome.rawValue), expected at least \(minimum) "
                    + "(minimumEpisodesPerOutcome): a value function learns from both outcomes",
                next: "Ingest episodes of that outcome: recorders often drop failures. Or give "
                    + "fine-tune `conditioning: none`, which needs no labels.")
        }
    }

    /// L of each task: as configured, or its longest episode.
    private func timeLimits(_ columns: ExperienceColumns) -> [Int] {
        var limits = [Int](repeating: 1, count: columns.tasks.count)
        for entry in columns.episodes {
            limits[entry.task] = max(limits[entry.task], entry.stepCount)
        }
        return columns.tasks.enumerated().map { index, task in
            configuration.timeLimitSteps[task.instruction] ?? limits[index]
        }
    }

    /// Of each task, over the steps of labelled episodes; nil where there is none.
    private func thresholds(
        _ sweep: ValueSweep, _ columns: ExperienceColumns
    ) throws -> [Float?] {
        try groupThresholds(
            share: configuration.positiveShare, groupCount: columns.tasks.count
        ) { body in
            try sweep.forEachAdvantage(
                in: columns, where: { $0.outcome != .unlabelled }, body)
        }
    }

    private func refuseBelowFloor(_ summary: LabellingSummary) throws {
        let found = summary.aurocAtHalf ?? 0
        guard found < configuration.aurocFloor else { return }
        let message =
            "labelling snapshot \(snapshot.short): at half of held-out episodes the value "
            + "function tells successes from failures with AUROC \(number(found)), expected at "
            + "least \(number(configuration.aurocFloor)) (aurocFloor); labels would be noise, "
            + "so nothing was labelled"
        try write(summary.report(refusal: message), of: run)
        throw StageError.inputRefused(
            message,
            next: "See \(run.directory.appending(path: "report.html").path); check outcomes, "
                + "ingest more episodes, or give fine-tune `conditioning: success-only`.")
    }

    private func publish(
        _ columns: ExperienceColumns, _ sweep: ValueSweep, _ marks: IndicatorSweep,
        functions: [ValueFunction], summary: LabellingSummary
    ) throws -> StageResult<LabellingSummary> {
        var outputs: [Artefact] = []
        for (fold, function) in functions.enumerated() {
            let bytes = function.checkpoint(metadata: ["fold": "\(fold)"])
            outputs.append(
                Artefact(
                    kind: "value-function", name: "fold-\(fold + 1)",
                    digest: try run.objects.put(bytes), byteCount: bytes.count))
        }
        let (digest, byteCount) = try LabelSetWriter.write(
            values: sweep.values, successes: sweep.successes, advantages: sweep.advantages,
            indicators: marks.indicators,
            offsets: columns.episodes.map(\.firstRow) + [columns.rowCount],
            notes: LabelSetNotes(
                snapshot: snapshot, valueFunctions: outputs.map(\.digest),
                thresholds: summary.tasks.compactMap(\.note)),
            scratch: run.scratch, into: run.objects)
        outputs.append(
            Artefact(
                kind: "label-set", name: "labels.safetensors", digest: digest,
                byteCount: byteCount))
        outputs.append(try write(summary.report(), of: run))
        return StageResult(outputs: outputs, summary: summary)
    }
}

extension LabellingSummary.Task {
    fileprivate var note: LabelSetNotes.Threshold? {
        threshold.map {
            LabelSetNotes.Threshold(
                instruction: instruction, embodiment: embodiment, threshold: $0,
                positiveShare: positiveShare, clippedShare: clippedShare)
        }
    }
}
