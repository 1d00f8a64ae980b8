import Checkpoints
private import Foundation
import Layers
import Tensors

/// What a checkpoint's metadata say, under keys that begin with `nightshift.`.
enum NetworkCheckpoint {
    static let version = "2"
    static let prefix = "nightshift."

    /// Kinds of checkpoint, told apart before anything else is read.
    enum Kind: String {
        case flowPolicy = "flow-policy"
        case valueFunction = "value-function"
        case flowTraining = "flow-training"
        case valueTraining = "value-training"
    }

    /// Metadata of a checkpoint of that kind, with the caller's own added.
    ///
    /// - Precondition: the caller's keys do not begin with `nightshift.`.
    static func metadata(
        _ kind: Kind, parts: [String: any Encodable], adding own: [String: String] = [:]
    ) -> [String: String] {
        precondition(
            !own.keys.contains { $0.hasPrefix(prefix) }, "a metadata key begins with \(prefix)")
        var metadata = own
        metadata[prefix + "kind"] = kind.rawValue
        metadata[prefix + "version"] = version
        for (name, value) in parts { metadata[prefix + name] = json(value) }
        return metadata
    }

    /// Reads the header, and checks what kind of checkpoint it is.
    static func open(_ bytes: [UInt8], _ kind: Kind) throws -> SafetensorsFile {
        let file = try SafetensorsFile(bytes)
        let found = file.metadata[prefix + "kind"]
        guard found == kind.rawValue else {
            throw mismatch(
                kind,
                "its kind is \(found.map { "'\($0)'" } ?? "not stated"), expected "
                    + "'\(kind.rawValue)'; give a checkpoint that Nightshift wrote for this use")
        }
        let version = file.metadata[prefix + "version"] ?? "missing"
        guard version == Self.version else {
            throw mismatch(
                kind,
                "its version is \(version), expected \(Self.version); use the Nightshift "
                    + "that wrote it, or train it anew")
        }
        return file
    }

    /// A part of the metadata.
    static func part<Value: Decodable>(
        _ name: String, of file: SafetensorsFile, _ kind: Kind, as type: Value.Type = Value.self
    ) throws -> Value {
        guard let text = file.metadata[prefix + name] else {
            throw mismatch(kind, "its metadata lack '\(prefix + name)'")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw mismatch(kind, "its '\(prefix + name)' is not what was expected: \(error)")
        }
    }

    /// The metadata that are not Nightshift's own.
    static func foreignMetadata(of file: SafetensorsFile) -> [String: String] {
        file.metadata.filter { !$0.key.hasPrefix(prefix) }
    }

    static func mismatch(_ kind: Kind, _ problem: String) -> PolicyError {
        PolicyError(.checkpointMismatch, "reading a \(kind.rawValue) checkpoint: \(problem)")
    }

    private static func json(_ value: any Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            preconditionFailure("configurations were validated, and yet: \(error)")
        }
    }
}
