internal import Checkpoints
internal import Episodes
private import Foundation

/// An episode as one safetensors file: its arrays, and its metadata as JSON in the header.
///
/// Elements of several bytes are stored as planes: docs/formats/episode-frame.md.
enum EpisodeFrame {
    /// Values of the header's `format` and `version`; frames of version 1 have no planes.
    private static let format = "nightshift.episode"
    private static let version = "2"
    private static let versionWithoutPlanes = "1"

    /// The pieces of the file, in order: the header, then each array's bytes.
    static func pieces(of episode: Episode) throws -> [[UInt8]] {
        var known = KnownPlanes()
        let (header, arrays) = try layout(of: episode, &known)
        return [header]
            + arrays.map { BytePlanes.split($0.bytes, width: $0.elementType.byteCount) }
    }

    /// The file's header, and the arrays whose planes follow it; `known` is kept from episode to episode.
    static func layout(
        of episode: Episode, _ known: inout KnownPlanes
    ) throws -> (header: [UInt8], arrays: [EpisodeArray]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let metadata = try encoder.encode(episode.metadata)
        let arrays = stored(episode.arrays)
        let split = arrays.filter { $0.elementType.byteCount > 1 }
        let planes = Dictionary(
            uniqueKeysWithValues: split.map { ($0.name, $0.elementType.rawValue) })
        let header = SafetensorsWriter.header(
            of: try arrays.map(tensor),
            metadata: [
                "format": format, "version": version,
                "metadata": String(decoding: metadata, as: UTF8.self),
                "planes": try known.text(of: planes, encoder),
            ])
        return (header, arrays)
    }

    /// The header's `planes`, which are the same for most episodes that follow each other.
    struct KnownPlanes {
        private var last: (planes: [String: String], text: String)?

        fileprivate mutating func text(
            of planes: [String: String], _ encoder: JSONEncoder
        ) throws -> String {
            if let last, last.planes == planes { return last.text }
            let text = String(decoding: try encoder.encode(planes), as: UTF8.self)
            last = (planes, text)
            return text
        }
    }

    /// The episode that the file of `path` holds.
    static func episode(_ file: [UInt8], path: String) throws -> Episode {
        do {
            let content = try SafetensorsFile(file)
            guard content.metadata["format"] == format, let json = content.metadata["metadata"]
            else { throw malformed(path, "it is not a \(format)") }
            let metadata = try JSONDecoder().decode(EpisodeMetadata.self, from: Data(json.utf8))
            let planes = try planes(content.metadata, path)
            return Episode(
                metadata: metadata,
                arrays: try content.tensors.map { try array($0, content, planes, path) })
        } catch let error as SafetensorsError {
            throw malformed(path, error.description)
        } catch is DecodingError {
            throw malformed(path, "its metadata are not an episode's")
        }
    }

    /// Element types of the arrays that are stored as planes.
    private static func planes(
        _ metadata: [String: String], _ path: String
    ) throws -> [String: String] {
        if metadata["version"] == versionWithoutPlanes { return [:] }
        guard metadata["version"] == version, let json = metadata["planes"] else {
            throw malformed(
                path,
                "its version is \(metadata["version"] ?? "missing"), expected \(version); a newer "
                    + "Nightshift may have written it")
        }
        return try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    }

    /// Widest elements first, then by name.
    private static func stored(_ arrays: [EpisodeArray]) -> [EpisodeArray] {
        arrays.sorted {
            ($1.elementType.byteCount, $0.name) < ($0.elementType.byteCount, $1.name)
        }
    }

    private static func tensor(_ array: EpisodeArray) throws -> SafetensorsTensor {
        guard let type = SafetensorsTensor.ElementType(rawValue: array.elementType.rawValue) else {
            throw malformed(array.name, "the element type \(array.elementType) cannot be stored")
        }
        let width = array.elementType.byteCount
        return width > 1
            ? SafetensorsTensor(name: array.name, elementType: .uint8, shape: [width] + array.shape)
            : SafetensorsTensor(name: array.name, elementType: type, shape: array.shape)
    }

    private static func array(
        _ tensor: SafetensorsTensor, _ content: SafetensorsFile, _ planes: [String: String],
        _ path: String
    ) throws -> EpisodeArray {
        let bytes = try content.bytes(of: tensor.name)
        guard let stated = planes[tensor.name] else {
            let type = try elementType(tensor.elementType.rawValue, tensor.name, path)
            return EpisodeArray(
                name: tensor.name, elementType: type, shape: tensor.shape, bytes: bytes)
        }
        let type = try elementType(stated, tensor.name, path)
        guard tensor.elementType == .uint8, tensor.shape.first == type.byteCount else {
            throw malformed(
                path,
                "\(tensor.name) has planes of shape \(tensor.shape), expected "
                    + "\(type.byteCount) planes of bytes")
        }
        return EpisodeArray(
            name: tensor.name, elementType: type, shape: Array(tensor.shape.dropFirst()),
            bytes: BytePlanes.joined(bytes, width: type.byteCount))
    }

    private static func elementType(
        _ name: String, _ array: String, _ path: String
    ) throws -> ElementType {
        guard let type = ElementType(rawValue: name) else {
            throw malformed(path, "\(array) has elements of \(name)")
        }
        return type
    }

    private static func malformed(_ path: String, _ reason: String) -> EpisodeStoreError {
        EpisodeStoreError(.frameMalformed, "reading an episode of \(path): \(reason)")
    }
}
