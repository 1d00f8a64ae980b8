import Checkpoints
import Layers
import Tensors

/// Parameters as named tensors, and arenas as they are.
extension NetworkCheckpoint {
    typealias Entry = (tensor: SafetensorsTensor, bytes: [UInt8])

    /// One tensor for each learned matrix.
    static func entries(_ layout: ParameterLayout, _ parameters: Arena) -> [Entry] {
        layout.parameters.map { parameter in
            (
                SafetensorsTensor(
                    name: parameter.name, elementType: .float32,
                    shape: [parameter.rows, parameter.columns]),
                parameters.bytes(of: parameter.range)
            )
        }
    }

    /// Parameters from named tensors.
    ///
    /// - Throws: ``PolicyError`` unless the file has exactly the layout's tensors, all finite.
    static func parameters(
        _ layout: ParameterLayout, of file: SafetensorsFile, _ kind: Kind
    ) throws -> Arena {
        // Sizes first: a hostile configuration must not make us allocate what is not there.
        for parameter in layout.parameters {
            try check(
                parameter.name, shape: [parameter.rows, parameter.columns], of: file, kind)
        }
        guard file.tensors.count == layout.parameters.count else {
            throw mismatch(
                kind, "it has \(file.tensors.count) tensors, expected \(layout.parameters.count)")
        }
        let arena = Arena(count: layout.count)
        for parameter in layout.parameters {
            try read(parameter.name, of: file, into: arena, at: parameter.range, kind)
        }
        return arena
    }

    /// Fresh parameters, with those that the file has by the same name taken from it.
    ///
    /// - Throws: ``PolicyError`` if one has another shape, or is not finite.
    static func partialParameters(
        _ layout: ParameterLayout, seed: UInt64, of file: SafetensorsFile, _ kind: Kind
    ) throws -> (parameters: Arena, load: PartialLoad) {
        let names = Set(file.tensors.map(\.name))
        let shared = layout.parameters.filter { names.contains($0.name) }
        for parameter in shared {
            try check(
                parameter.name, shape: [parameter.rows, parameter.columns], of: file, kind)
        }
        let arena = layout.initialParameters(seed: seed)
        for parameter in shared {
            try read(parameter.name, of: file, into: arena, at: parameter.range, kind)
        }
        let wanted = Set(layout.parameters.map(\.name))
        return (
            arena,
            PartialLoad(
                loaded: shared.map(\.name),
                missing: layout.parameters.map(\.name).filter { !names.contains($0) },
                unexpected: file.tensors.map(\.name).filter { !wanted.contains($0) })
        )
    }

    /// One tensor for a whole arena.
    static func entry(_ name: String, _ arena: Arena) -> Entry {
        (
            SafetensorsTensor(name: name, elementType: .float32, shape: [arena.count]),
            arena.bytes(of: 0..<arena.count)
        )
    }

    /// A whole arena of known size.
    static func readArena(
        _ name: String, of file: SafetensorsFile, into arena: Arena, _ kind: Kind
    ) throws {
        try check(name, shape: [arena.count], of: file, kind)
        try read(name, of: file, into: arena, at: 0..<arena.count, kind)
    }

    static func check(
        _ name: String, shape: [Int], of file: SafetensorsFile, _ kind: Kind
    ) throws {
        guard let tensor = file.tensor(named: name) else {
            throw mismatch(kind, "it lacks the tensor '\(name)'")
        }
        guard tensor.elementType == .float32, tensor.shape == shape else {
            throw mismatch(
                kind,
                "'\(name)' is \(tensor.elementType.rawValue) \(tensor.shape), expected "
                    + "F32 \(shape)")
        }
    }

    private static func read(
        _ name: String, of file: SafetensorsFile, into arena: Arena, at range: Range<Int>,
        _ kind: Kind
    ) throws {
        arena.set(try file.bytes(of: name), at: range.lowerBound)
        guard arena.block(at: range.lowerBound, rows: 1, columns: range.count).isFinite else {
            throw mismatch(kind, "'\(name)' holds a number that is not finite")
        }
    }
}
