internal import Checkpoints
internal import Episodes
private import Foundation

/// An episode as one safetensors file: its arrays, and its metadata as JSON in the header.
///
/// Elements of several bytes are stored column by column: docs/formats/episode-frame.md.
enum EpisodeFrame {
    /// Values of the header's `format` and `version`.
    private static let format = "nightshift.episode"
    private static let version = "3"

    /// The pieces of the file, in order: the header, then each array's bytes.
    static func pieces(of episode: Episode) throws -> [[UInt8]] {
        var known = KnownLayouts()
        let (header, arrays) = try layout(of: episode, &known)
        return [header] + arrays.map { FrameLayout(for: $0).stored($0) }
    }

    /// The file's header, and the arrays that follow it; `known` is kept from episode to episode.
    static func layout(
        of episode: Episode, _ known: inout KnownLayouts
    ) throws -> (header: [UInt8], arrays: [EpisodeArray]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let arrays = stored(episode.arrays)
        let header = SafetensorsWriter.header(
            of: try arrays.map(tensor),
            metadata: [
                "format": format, "version": version,
                "metadata": String(decoding: try encoder.encode(episode.metadata), as: UTF8.self),
                "columns": try known.text(of: arrays, .columns, encoder),
                "planes": try known.text(of: arrays, .planes, encoder),
            ])
        return (header, arrays)
    }

    /// The header's lists of arrays by layout, which are the same for most episodes that follow each other.
    struct KnownLayouts {
        private var last: [FrameLayout: (types: [String: String], text: String)] = [:]

        fileprivate mutating func text(
            of arrays: [EpisodeArray], _ layout: FrameLayout, _ encoder: JSONEncoder
        ) throws -> String {
            let chosen = arrays.filter { FrameLayout(for: $0) == layout }
            let types = Dictionary(
                uniqueKeysWithValues: chosen.map { ($0.name, $0.elementType.rawValue) })
            if let known = last[layout], known.types == types { return known.text }
            let text = String(decoding: try encoder.encode(types), as: UTF8.self)
            last[layout] = (types, text)
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
            let layouts = try layouts(content.metadata, path)
            return Episode(
                metadata: metadata,
                arrays: try content.tensors.map { try array($0, content, layouts, path) })
        } catch let error as SafetensorsError {
            throw malformed(path, error.description)
        } catch is DecodingError {
            throw malformed(path, "its metadata are not an episode's")
        }
    }

    /// How arrays are stored that are not as they were recorded, and their element types.
    ///
    /// Frames of version 2 have planes only, those of version 1 neither.
    private static func layouts(
        _ metadata: [String: String], _ path: String
    ) throws -> [String: (layout: FrameLayout, type: String)] {
        var layouts: [String: (layout: FrameLayout, type: String)] = [:]
        for layout in try known(metadata["version"], path) {
            guard let json = metadata[layout.rawValue] else {
                throw malformed(path, "it does not say which arrays are stored as \(layout)")
            }
            let types = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
            for (name, type) in types { layouts[name] = (layout, type) }
        }
        return layouts
    }

    /// The layouts that frames of a version have.
    private static func known(_ stated: String?, _ path: String) throws -> [FrameLayout] {
        switch stated {
        case "1": []
        case "2": [.planes]
        case version: [.planes, .columns]
        default:
            throw malformed(
                path,
                "its version is \(stated ?? "missing"), expected \(version); a newer Nightshift "
                    + "may have written it")
        }
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
        let layout = FrameLayout(for: array)
        return SafetensorsTensor(
            name: array.name, elementType: layout == .recorded ? type : .uint8,
            shape: layout.storedShape(of: array))
    }

    private static func array(
        _ tensor: SafetensorsTensor, _ content: SafetensorsFile,
        _ layouts: [String: (layout: FrameLayout, type: String)], _ path: String
    ) throws -> EpisodeArray {
        let bytes = try content.bytes(of: tensor.name)
        guard let (layout, stated) = layouts[tensor.name] else {
            let type = try elementType(tensor.elementType.rawValue, tensor.name, path)
            return EpisodeArray(
                name: tensor.name, elementType: type, shape: tensor.shape, bytes: bytes)
        }
        let type = try elementType(stated, tensor.name, path)
        guard tensor.elementType == .uint8,
            let shape = layout.shape(stored: tensor.shape, width: type.byteCount)
        else {
            throw malformed(
                path,
                "\(tensor.name) has \(layout) of shape \(tensor.shape), expected those of "
                    + "elements of \(type.byteCount) bytes")
        }
        return EpisodeArray(
            name: tensor.name, elementType: type, shape: shape,
            bytes: layout.recorded(bytes, shape: shape, width: type.byteCount))
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
