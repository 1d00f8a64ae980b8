package import Batching
import Cameras
import Digests
import EpisodeStore
import Episodes
import PictureDecoding
package import Policies

/// What is asked of a policy when experience is replayed through it.
package protocol ChunkPolicy {
    /// Robots, tasks and shapes.
    var configuration: PolicyConfiguration { get }

    /// B x horizon x action width actions in the robots' units; the same seed, the same noise.
    func chunks(for observations: ObservationBatch, noiseSeed: UInt64) throws -> [Float]
}

extension ChunkPolicy {
    /// The observations at the given steps of one episode; nil where the policy was not trained on
    /// its task, or knows the robot with vectors of other widths.
    ///
    /// - Throws: the store's error or `CameraError` if a picture cannot be read.
    func observations(of episode: ReplayedEpisode, at steps: [Int]) throws -> ObservationBatch? {
        guard let task = configuration.tasks.firstIndex(of: episode.taskSpecification),
            let robot = configuration.embodiments.firstIndex(where: {
                $0.name == episode.task.embodiment
            }),
            configuration.embodiments[robot].stateWidth == episode.stateWidth,
            configuration.embodiments[robot].actionWidth == episode.actionWidth
        else { return nil }
        var batch = ObservationBatch(count: steps.count, shape: configuration.observationShape)
        for (sample, step) in steps.enumerated() {
            batch.embodiments[sample] = robot
            batch.tasks[sample] = task
            episode.copyStates(at: step, to: &batch, sample: sample)
        }
        try episode.copyPictures(
            at: steps, to: &batch, cameras: configuration.embodiments[robot].cameras,
            side: configuration.imageSize, patchSide: configuration.patchSize)
        return batch
    }
}

extension ReplayedEpisode {
    fileprivate func copyStates(at step: Int, to batch: inout ObservationBatch, sample: Int) {
        for age in 0..<batch.historyLength {
            let source = max(0, step - (batch.historyLength - 1 - age)) * stateWidth
            let target = (sample * batch.historyLength + age) * batch.stateWidth
            for column in 0..<stateWidth {
                batch.states[target + column] = states[source + column]
            }
        }
    }

    fileprivate func copyPictures(
        at steps: [Int], to batch: inout ObservationBatch, cameras: [String], side: Int,
        patchSide: Int
    ) throws {
        let shape = batch.shape
        guard shape.cameraCount > 0 else { return }
        var preparer = PicturePreparer(
            layout: PictureLayout(side: side, patchSide: patchSide), decoder: ConfinedDecoder())
        for (slot, name) in cameras.enumerated() {
            guard let camera = recording.metadata.cameras.first(where: { $0.name == name })
            else { continue }
            for (sample, step) in steps.enumerated() {
                let place = sample * shape.cameraCount + slot
                try preparer.prepare(
                    try recording.frame(of: camera, step: step),
                    named: "camera '\(name)' at step \(step) of \(digest.short)",
                    into: &batch.patches, at: place * shape.patchCount * shape.patchColumns)
                batch.hasPicture[place] = true
            }
        }
    }
}
