import Checkpoints
import Layers
import Tensors

/// Stopping and going on.
extension TrainingEngine {
    /// Parameters, moments, average and step, with what else the caller needs.
    func snapshot(_ kind: NetworkCheckpoint.Kind, parts: [String: any Encodable]) -> [UInt8] {
        var parts = parts
        parts["options"] = options
        parts["step"] = step
        return SafetensorsWriter.encode(
            Self.arenas(optimiser).map { NetworkCheckpoint.entry($0.name, $0.arena) },
            metadata: NetworkCheckpoint.metadata(kind, parts: parts))
    }

    convenience init(
        _ network: Network, resuming file: SafetensorsFile, _ kind: NetworkCheckpoint.Kind
    ) throws {
        let options: TrainingOptions = try NetworkCheckpoint.part("options", of: file, kind)
        let step: Int = try NetworkCheckpoint.part("step", of: file, kind)
        try options.validate()
        guard step >= 0 else {
            throw NetworkCheckpoint.mismatch(kind, "its step is \(step), expected 0 or more")
        }
        // Sizes first: a hostile configuration must not make us allocate what is not there.
        try NetworkCheckpoint.check(
            "parameters", shape: [network.layout.count], of: file, kind)
        self.init(
            network, parameters: Arena(count: network.layout.count), options: options, step: step)
        for (name, arena) in Self.arenas(optimiser) {
            try NetworkCheckpoint.readArena(name, of: file, into: arena, kind)
        }
    }

    private static func arenas(_ optimiser: AdamW) -> [(name: String, arena: Arena)] {
        [
            ("parameters", optimiser.parameters), ("first-moments", optimiser.firstMoments),
            ("second-moments", optimiser.secondMoments), ("average", optimiser.average),
        ]
    }
}
