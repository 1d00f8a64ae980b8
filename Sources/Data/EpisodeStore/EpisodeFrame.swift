internal import Checkpoints
internal import Episodes
private import Foundation

/// An episode as one safetensors file: its arrays, and its metadata as JSON in the header.
enum EpisodeFrame {
    /// Values of the header's `format` and `version`.
    private static let format = "nightshift.episode"
    private static let version = "1"

    /// The pieces of the file, in order: the header, then each array's bytes.
    static func pieces(of episode: Episode) throws -> [[UInt8]] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let metadata = try encoder.encode(episode.metadata)
        let arrays = stored(episode.arrays)
        let header = SafetensorsWriter.header(
            of: try arrays.map(tensor),
            metadata: [
                "format": format, "version": version,
                "metadata": String(decoding: metadata, as: UTF8.self),
            ])
        return [header] + arrays.map(\.bytes)
    }

    /// The episode that the file of `path` holds.
    static func episode(_ file: [UInt8], path: String) throws -> Episode {
        do {
            let content = try SafetensorsFile(file)
            guard content.metadata["format"] == format, content.metadata["version"] == version,
                let json = content.metadata["metadata"]
            else { throw malformed(path, "it is not a \(format) of version \(version)") }
            let metadata = try JSONDecoder().decode(EpisodeMetadata.self, from: Data(json.utf8))
            return Episode(
                metadata: metadata,
                arrays: try content.tensors.map { try array($0, content, path) })
        } catch let error as SafetensorsError {
            throw malformed(path, error.description)
        } catch is DecodingError {
            throw malformed(path, "its metadata are not an episode's")
        }
    }

    /// Widest elements first, so that each array is aligned in the file; then by name.
    private static func stored(_ arrays: [EpisodeArray]) -> [EpisodeArray] {
        arrays.sorted {
            ($1.elementType.byteCount, $0.name) < ($0.elementType.byteCount, $1.name)
        }
    }

    private static func tensor(_ array: EpisodeArray) throws -> SafetensorsTensor {
        guard let type = SafetensorsTensor.ElementType(rawValue: array.elementType.rawValue) else {
            throw malformed(array.name, "the element type \(array.elementType) cannot be stored")
        }
        return SafetensorsTensor(name: array.name, elementType: type, shape: array.shape)
    }

    private static func array(
        _ tensor: SafetensorsTensor, _ content: SafetensorsFile, _ path: String
    ) throws -> EpisodeArray {
        guard let type = ElementType(rawValue: tensor.elementType.rawValue) else {
            throw malformed(path, "\(tensor.name) has elements of \(tensor.elementType.rawValue)")
        }
        return EpisodeArray(
            name: tensor.name, elementType: type, shape: tensor.shape,
            bytes: try content.bytes(of: tensor.name))
    }

    private static func malformed(_ path: String, _ reason: String) -> EpisodeStoreError {
        EpisodeStoreError(.frameMalformed, "reading an episode of \(path): \(reason)")
    }
}
