import Digests
import Batching
import EpisodeStore
import Episodes
import Evidence
import Foundation
import Policies
import StageRuns

/// What the value functions said about all steps, as columns in scratch files.
struct ValueSweep {
    let values: ScratchFile
    let successes: ScratchFile
    let advantages: ScratchFile
    /// How well they foretold the outcomes of episodes that they never saw.
    let evidence: ValueEvidence
    /// Clipped steps, by task.
    let clippedCounts: [Int]

    /// Asks about every step the function that never saw its episode.
    ///
    /// The argument functions: one a fold.
    init(
        _ columns: ExperienceColumns, functions: [ValueFunction], timeLimits: [Int],
        lookaheadSteps: Int, run: StageRun
    ) throws {
        values = try ScratchFile(at: run.scratch.appending(path: "values.f32"))
        successes = try ScratchFile(at: run.scratch.appending(path: "successes.f32"))
        advantages = try ScratchFile(at: run.scratch.appending(path: "advantages.f32"))
        var evidence = ValueEvidence(taskCount: columns.tasks.count)
        var clippedCounts = [Int](repeating: 0, count: columns.tasks.count)
        var reader = try PredictionReader(
            columns: columns, shape: functions[0].configuration)
        for (number, entry) in columns.episodes.enumerated() {
            try StopRequest.check(during: "asking for values")
            let fold = Episodes.fold(ofEpisode: entry.digest.hex, count: functions.count)
            let predictions = try reader.predictions(of: entry, by: functions[fold])
            let found = predictions.map(\.value)
            let advantage = StepAdvantages(
                values: found, outcome: entry.outcome, lookaheadSteps: lookaheadSteps,
                timeLimitSteps: timeLimits[entry.task])
            clippedCounts[entry.task] += advantage.clippedCount
            try values.append(found)
            try successes.append(predictions.map(\.successProbability))
            try advantages.append(advantage.values)
            evidence.add(
                predictions, outcomes: try reader.outcomes(of: entry), task: entry.task,
                episode: number)
            run.log.progress(
                "asking for values", done: number + 1, total: columns.episodes.count)
        }
        self.evidence = evidence
        self.clippedCounts = clippedCounts
    }

    /// Calls `body` with every step's task and advantage, an episode in memory at a time.
    func forEachAdvantage(
        in columns: ExperienceColumns, where isWanted: (ExperienceColumns.Entry) -> Bool,
        _ body: (Int, Float) -> Void
    ) throws {
        var buffer: [Float] = []
        for entry in columns.episodes where isWanted(entry) {
            if buffer.count < entry.stepCount {
                buffer = Array(repeating: 0, count: entry.stepCount)
            }
            try advantages.read(entry.stepCount, from: entry.firstRow, into: &buffer)
            for step in 0..<entry.stepCount { body(entry.task, buffer[step]) }
        }
    }
}

/// Predictions of whole episodes, with buffers that are reused.
struct PredictionReader: ~Copyable {
    private let columns: ExperienceColumns
    private var batch: ObservationBatch
    private var pictures: PictureReader?
    private var buffer: [Float] = []
    /// Steps that are asked about at once, so that a long episode needs no more memory.
    private let pieceLength: Int

    init(columns: ExperienceColumns, shape: ValueConfiguration) throws {
        self.columns = columns
        batch = ObservationBatch(count: 0, shape: shape.observationShape)
        pictures = columns.pictureReader(patchSize: shape.patchSize)
        pieceLength = shape.observationShape.cameraCount > 0 ? 64 : 1024
    }

    /// What `function` says about each of an episode's steps.
    mutating func predictions(
        of entry: ExperienceColumns.Entry, by function: ValueFunction
    ) throws -> [ValuePrediction] {
        var predictions: [ValuePrediction] = []
        predictions.reserveCapacity(entry.stepCount)
        for start in stride(from: 0, to: entry.stepCount, by: pieceLength) {
            let steps = start..<min(start + pieceLength, entry.stepCount)
            try columns.fill(&batch, with: entry, steps: steps, buffer: &buffer)
            for (sample, step) in steps.enumerated() {
                try pictures?.fill(&batch, sample: sample, from: entry, step: step)
            }
            predictions += try function.predict(batch)
        }
        return predictions
    }

    /// How each of an episode's steps ended.
    mutating func outcomes(of entry: ExperienceColumns.Entry) throws -> [Outcome] {
        try columns.outcomes(of: entry, buffer: &buffer)
    }
}
