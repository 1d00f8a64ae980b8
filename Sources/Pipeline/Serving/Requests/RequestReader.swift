import Batching
import Cameras
import Episodes
import Policies
import StageRuns

/// Turns a robot's message into the policy's numbers; it says what it does not understand.
///
/// One connection has one, so that buffers for pictures are kept.
struct RequestReader: ~Copyable {
    private var preparer: PicturePreparer?

    init() {}

    /// - Throws: ``ServingError`` for a message that the policy cannot be asked with, `CameraError`
    ///   for a picture that cannot be read.
    mutating func read(
        _ message: MessageValue, for served: ServedPolicy, seed: UInt64
    ) throws -> PreparedRequest {
        guard case .map = message else {
            throw ServingError(
                .observationInvalid,
                "reading an observation: found \(message.kind), expected a map of observations")
        }
        let configuration = served.policy.configuration
        let robot = try RequestFields.robot(message, served)
        var sample = ObservationBatch(count: 1, shape: configuration.observationShape)
        sample.embodiments[0] = robot
        sample.tasks[0] = try RequestFields.task(
            message, configuration, embodiment: configuration.embodiments[robot].name)
        try StateFields(layout: served.robots[robot], historyLength: sample.historyLength)
            .copy(message, to: &sample)
        try copyPictures(message, configuration, robot: robot, to: &sample)
        return PreparedRequest(
            served: served, sample: sample, seed: try RequestFields.seed(message) ?? seed)
    }

    private mutating func copyPictures(
        _ message: MessageValue, _ configuration: PolicyConfiguration, robot: Int,
        to sample: inout ObservationBatch
    ) throws {
        let shape = sample.shape
        guard shape.cameraCount > 0 else { return }
        let layout = PictureLayout(
            side: configuration.imageSize, patchSide: configuration.patchSize)
        var preparer = try take(layout)
        for (slot, name) in configuration.embodiments[robot].cameras.enumerated() {
            try preparer.prepare(
                try PictureField.frame(message[name], named: name), named: "camera '\(name)'",
                into: &sample.patches, at: slot * shape.patchCount * shape.patchColumns)
            sample.hasPicture[slot] = true
        }
        self.preparer = consume preparer
    }

    /// The preparer of the requests before; another where a release looks at other sizes.
    private mutating func take(_ layout: PictureLayout) throws -> PicturePreparer {
        if let kept = preparer.take(), kept.layout == layout { return kept }
        return PicturePreparer(layout: layout, decoder: try LocalDecoder())
    }
}
