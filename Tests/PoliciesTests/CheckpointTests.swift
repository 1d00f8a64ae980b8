import Batching
import Checkpoints
import Policies
import TestSupport
import Testing

@Suite("Checkpoints of networks") struct CheckpointTests {
    @Test("a policy comes back as it was, with the caller's metadata beside")
    func policy() throws {
        let policy = try Fixtures.policy()
        let bytes = policy.checkpoint(metadata: ["note": "x"])
        #expect(bytes == policy.checkpoint(metadata: ["note": "x"]))
        let back = try FlowPolicy(checkpoint: bytes)
        #expect(back.configuration == policy.configuration)
        #expect(back.normaliser == policy.normaliser)
        #expect(back.checkpoint(metadata: ["note": "x"]) == bytes)
        #expect(try SafetensorsFile(bytes).metadata["note"] == "x")
        let observations = Fixtures.observations(count: 4, seed: 1)
        #expect(
            try back.chunks(for: observations, indicator: .positive, noiseSeed: 1)
                == policy.chunks(for: observations, indicator: .positive, noiseSeed: 1))
    }

    @Test("a value function comes back as it was")
    func valueFunction() throws {
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        let back = try ValueFunction(checkpoint: function.checkpoint())
        #expect(back.checkpoint() == function.checkpoint())
    }

    @Test("numbers survive the metadata bit by bit")
    func numbers() throws {
        let awkward: [Float] = [0.1, -1e-20, 3.4e38]
        let normaliser = Normaliser(
            ranges: Fixtures.embodiments.map {
                Normaliser.Ranges(
                    embodiment: $0.name, stateLow: Array(repeating: -3.4e38, count: $0.stateWidth),
                    stateHigh: Array((awkward + awkward)[..<$0.stateWidth]),
                    actionLow: Array(repeating: -1e-21, count: $0.actionWidth),
                    actionHigh: Array(repeating: 1 / 3, count: $0.actionWidth))
            })
        let policy = try FlowPolicy(
            configuration: Fixtures.configuration(), normaliser: normaliser, seed: 1)
        #expect(try FlowPolicy(checkpoint: policy.checkpoint()).normaliser == normaliser)
    }

    @Test("one kind of checkpoint is not taken for another")
    func kinds() throws {
        let function = try ValueFunction(
            configuration: Fixtures.valueConfiguration(), normaliser: Fixtures.normaliser, seed: 1)
        expectMismatch("'value-function', expected 'flow-policy'") {
            _ = try FlowPolicy(checkpoint: function.checkpoint())
        }
        expectMismatch("not stated") {
            _ = try FlowPolicy(checkpoint: SafetensorsWriter.encode([]))
        }
        expectMismatch("'flow-policy', expected 'flow-training'") {
            _ = try FlowTrainer(resuming: Fixtures.policy().checkpoint())
        }
    }

    @Test("tensors that lack, are too many, differ in shape or are not finite are named")
    func tensors() throws {
        expectMismatch("lacks the tensor 'expert.output.bias'") { tensors in
            tensors.removeAll { $0.tensor.name == "expert.output.bias" }
        }
        expectMismatch("tensors, expected") { tensors in
            tensors.append(
                (SafetensorsTensor(name: "more", elementType: .uint8, shape: [1]), [0]))
        }
        expectMismatch("'expert.output.bias' is F64") { tensors in
            let index = tensors.firstIndex { $0.tensor.name == "expert.output.bias" } ?? 0
            tensors[index] = (
                SafetensorsTensor(
                    name: "expert.output.bias", elementType: .float64, shape: [1, 6]),
                Array(repeating: 0, count: 48)
            )
        }
        expectMismatch("'expert.output.bias' holds a number that is not finite") { tensors in
            let index = tensors.firstIndex { $0.tensor.name == "expert.output.bias" } ?? 0
            tensors[index].bytes.replaceSubrange(4..<8, with: [0, 0, 0xc0, 0x7f])
        }
    }

    @Test("another network takes what it has a place for, and says what it lacked and left")
    func partialLoading() throws {
        let blind = Fixtures.configuration(subtaskLength: 3)
        let seeing = Fixtures.configuration(hasPictures: true)
        let base = try FlowPolicy(
            configuration: blind, normaliser: Fixtures.normaliser, seed: 1)
        let (policy, load) = try FlowPolicy.starting(
            from: base.checkpoint(), as: seeing, normaliser: Fixtures.normaliser, seed: 2)
        #expect(
            load.missing == [
                "trunk.patch.weights", "trunk.patch.bias", "trunk.patch.place", "trunk.camera",
            ])
        #expect(load.unexpected == ["trunk.subtask.place"])
        let (old, new) = (
            try SafetensorsFile(base.checkpoint()), try SafetensorsFile(policy.checkpoint())
        )
        #expect(load.loaded.count == new.tensors.count - 4)
        for name in load.loaded { #expect(try old.bytes(of: name) == new.bytes(of: name)) }
        let fresh = try FlowPolicy(
            configuration: seeing, normaliser: Fixtures.normaliser, seed: 2)
        let freshFile = try SafetensorsFile(fresh.checkpoint())
        #expect(
            try freshFile.bytes(of: "trunk.patch.weights") == new.bytes(of: "trunk.patch.weights"))
    }

    @Test("a base of other shapes is refused with both shapes")
    func otherShapes() throws {
        let base = try Fixtures.policy()
        let error = try #require(throws: PolicyError.self) {
            _ = try FlowPolicy.starting(
                from: base.checkpoint(), as: Fixtures.configuration(width: 32),
                normaliser: Fixtures.normaliser, seed: 2)
        }
        #expect(error.code == .checkpointMismatch)
        #expect(
            error.description.contains(", 16]") && error.description.contains(", 32]"), "\(error)")
    }

    @Test("a configuration that asks for the moon is refused before memory is")
    func hostileConfiguration() {
        for (found, replacement) in [
            ("\"width\":16", "\"width\":65536"), ("\"layers\":2", "\"layers\":256"),
            ("\"width\":16", "\"width\":-1"), ("\"layers\":2", "\"layers\":9223372036854775807"),
            ("\"width\":16", "\"width\":\"wide\""),
        ] {
            #expect(throws: PolicyError.self) {
                _ = try FlowPolicy(
                    checkpoint: Self.edited { key, value in
                        key == "nightshift.configuration"
                            ? value.replacing(found, with: replacement) : value
                    })
            }
        }
    }

    @Test("a policy without statistics, or with those of another robot, does not load")
    func statistics() {
        for replacement in ["\"embodiment\":\"other\"", "\"embodiment\":3"] {
            #expect(throws: PolicyError.self) {
                _ = try FlowPolicy(
                    checkpoint: Self.edited { key, value in
                        key == "nightshift.normaliser"
                            ? value.replacing("\"embodiment\":\"wide\"", with: replacement) : value
                    })
            }
        }
    }

    @Test("a newer version says which program to use")
    func version() {
        expectMismatch("its version is 3, expected 2") {
            _ = try FlowPolicy(
                checkpoint: Self.edited { key, value in
                    key == "nightshift.version" ? "3" : value
                })
        }
    }

    @Test("a truncated checkpoint or snapshot is an error")
    func truncation() throws {
        let policy = try Fixtures.policy()
        let snapshot = try FlowTrainer(policy, options: Fixtures.options(steps: 1)).snapshot()
        for bytes in [policy.checkpoint(), snapshot] {
            for length in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
                #expect(throws: SafetensorsError.self) {
                    _ = try FlowPolicy(checkpoint: Array(bytes[..<length]))
                }
            }
        }
    }

    private static func edited(
        metadata edit: (String, String) -> String = { $1 },
        tensors editTensors: (inout [(tensor: SafetensorsTensor, bytes: [UInt8])]) -> Void = { _ in
        }
    ) throws -> [UInt8] {
        let file = try SafetensorsFile(Fixtures.policy().checkpoint())
        var tensors = try file.tensors.map { (tensor: $0, bytes: try file.bytes(of: $0.name)) }
        editTensors(&tensors)
        var metadata: [String: String] = [:]
        for (key, value) in file.metadata { metadata[key] = edit(key, value) }
        return SafetensorsWriter.encode(tensors, metadata: metadata)
    }

    private func expectMismatch(
        _ text: String, tensors edit: (inout [(tensor: SafetensorsTensor, bytes: [UInt8])]) -> Void
    ) {
        expectMismatch(text) { _ = try FlowPolicy(checkpoint: Self.edited(tensors: edit)) }
    }

    private func expectMismatch(_ text: String, _ body: () throws -> Void) {
        let error = #expect(throws: PolicyError.self) { try body() }
        #expect(error?.code == .checkpointMismatch)
        #expect(error?.description.contains(text) == true, "\(error.map(\.description) ?? "none")")
    }
}
