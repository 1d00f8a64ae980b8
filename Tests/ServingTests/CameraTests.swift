import Batching
import Cameras
import Episodes
import Foundation
import Policies
import Serving
import TestSupport
import Testing

/// A policy that looks at one camera at 8 pixels.
private enum Seeing {
    static let robot = EmbodimentSpecification(
        name: "eye", stateWidth: 1, actionWidth: 1, cameras: ["wrist"],
        observations: [.init(key: "height", width: 1)])
    static let task = TaskSpecification(instruction: "look", embodiment: "eye")

    static let policy = Result { try train() }

    private static func train() throws -> FlowPolicy {
        var configuration = try PolicyConfiguration.preset(
            "tiny", embodiments: [robot], tasks: [task])
        (configuration.imageSize, configuration.patchSize) = (8, 4)
        let fresh = try FlowPolicy(
            configuration: configuration,
            normaliser: Normaliser(
                ranges: [
                    .init(
                        embodiment: "eye", stateLow: [-1], stateHigh: [1], actionLow: [-1],
                        actionHigh: [1])
                ]), seed: 1)
        let trainer = try FlowTrainer(
            fresh,
            options: TrainingOptions(
                steps: 30, batchSize: 16, learningRate: 3e-3, warmupSteps: 5, seed: 1))
        for step in 0..<30 {
            var batch = PolicyBatch(
                count: 16, shape: configuration.observationShape,
                horizon: configuration.horizon, actionWidth: 1)
            for sample in 0..<16 {
                let brightness = Float((sample * 5 + step * 3) % 21) / 10 - 1
                let size = batch.observations.shape.pictureSize
                batch.observations.hasPicture[sample] = true
                for index in 0..<size {
                    batch.observations.patches[sample * size + index] = brightness
                }
                for index in 0..<configuration.horizon {
                    batch.actions[sample * configuration.horizon + index] = brightness
                }
            }
            _ = try trainer.step(batch)
        }
        return trainer.currentPolicy
    }

    /// What the policy says to a frame, prepared as for training.
    static func expected(_ frame: CameraFrame) throws -> [Float] {
        let policy = try policy.get()
        var batch = ObservationBatch(count: 1, shape: policy.configuration.observationShape)
        var preparer = PicturePreparer(
            layout: PictureLayout(side: 8, patchSide: 4), decoder: try LocalDecoder())
        try preparer.prepare(frame, named: "test", into: &batch.patches, at: 0)
        batch.hasPicture[0] = true
        return try policy.chunks(for: batch, indicator: .absent, noiseSeed: 3)
    }

    static func observation(_ picture: MessageValue) -> MessageValue {
        .named(["height": .number(0), "wrist": picture, "seed": .integer(3)])
    }

    static func withServer(_ body: (PolicyServer) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "weights.safetensors")
            try Data(try policy.get().checkpoint()).write(to: file)
            let server = try PolicyServer(ServingOptions(source: .weights(file), port: 0))
            defer { #expect(throws: Never.self) { try server.stop() } }
            try body(server)
        }
    }

    /// A file of the tests of cameras.
    static func picture(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "CamerasTests/Fixtures")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }
}

@Suite("Pictures to a server", .serialized) struct ServedPictureTests {
    @Test("raw pictures of any size, JPEG and PNG are seen as in training")
    func pictures() throws {
        try Seeing.withServer { server in
            let (robot, metadata) = try RobotClient.connected(port: server.port)
            guard case .list(let keys) = metadata["observation"] else { return }
            #expect(keys.map { $0["key"] } == [.text("height"), .text("wrist")])
            let raw = (0..<(6 * 10 * 3)).map { UInt8(truncatingIfNeeded: $0 * 11) }
            let (jpeg, png) = (try Seeing.picture("scene.jpg"), try Seeing.picture("scene.png"))
            var answers: Set<[Float]> = []
            for (value, frame) in [
                (
                    MessageValue.array(
                        NumericArray(elementType: .uint8, shape: [6, 10, 3], bytes: raw[...])),
                    CameraFrame(bytes: raw[...], encoding: .raw(.init(width: 10, height: 6)))
                ),
                (.binary(jpeg[...]), CameraFrame(bytes: jpeg[...], encoding: .jpeg)),
                (
                    .array(
                        NumericArray(elementType: .uint8, shape: [png.count], bytes: png[...])),
                    CameraFrame(bytes: png[...], encoding: .png)
                ),
            ] {
                let actions = try robot.infer(Seeing.observation(value))["actions"]?.floats ?? []
                #expect(actions == (try Seeing.expected(frame)))
                answers.insert(actions)
            }
            #expect(answers.count == 3)
        }
    }

    @Test(
        "what is no picture is refused",
        arguments: [
            (MessageValue.null, "found nil, expected a uint8 array"),
            (.binary([1, 2, 3]), "3 bytes are neither JPEG nor PNG"),
            (.binary([0xff, 0xd8, 1]), "camera 'wrist'"),
            (
                .array(
                    NumericArray(
                        elementType: .uint8, shape: [3, 2, 2],
                        bytes: ArraySlice(repeating: 0, count: 12))),
                "shape [3, 2, 2], expected a uint8 array of height x width x 3"
            ),
            (.array(NumericArray([1, 2, 3], shape: [1, 1, 3])), "expected a uint8 array"),
            (
                .array(NumericArray(elementType: .uint8, shape: [0, 4, 3], bytes: [])),
                "camera 'wrist'"
            ),
        ])
    func refusals(value: MessageValue, says: String) throws {
        try Seeing.withServer { server in
            let (robot, _) = try RobotClient.connected(port: server.port)
            try robot.send(Seeing.observation(value))
            let frame = try robot.receive()
            #expect(frame.opcode == 1 && frame.text.contains(says), "\(frame.text)")
        }
    }
}
