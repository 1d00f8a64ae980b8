import Checkpoints
package import Foundation
package import Digests

/// Puts columns that lie in scratch files together into a label set, a piece at a time.
package enum LabelSetWriter {
    /// Steps of a column that are in memory at once.
    private static let pieceLength = 1 << 16

    /// Writes a label set and keeps it in the store.
    ///
    /// Arguments:
    ///   - values, successes, advantages: F32, a number a step.
    ///   - indicators: I8, a number a step.
    ///   - offsets: steps before each episode, and the number of all steps last.
    ///   - scratch: a folder on the store's file system.
    /// - Returns: the object's name and length.
    /// - Throws: ``EpisodeStoreError`` or Foundation's errors.
    package static func write(
        values: ScratchFile, successes: ScratchFile, advantages: ScratchFile,
        indicators: ScratchFile, offsets: [Int], notes: LabelSetNotes, scratch: URL,
        into objects: ObjectStore
    ) throws -> (digest: Digest, byteCount: Int) {
        let steps = offsets.last ?? 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = SafetensorsWriter.header(
            of: [
                SafetensorsTensor(
                    name: "offset", elementType: .int64, shape: [offsets.count]),
                SafetensorsTensor(name: "value", elementType: .float32, shape: [steps]),
                SafetensorsTensor(
                    name: "success_probability", elementType: .float32, shape: [steps]),
                SafetensorsTensor(name: "advantage", elementType: .float32, shape: [steps]),
                SafetensorsTensor(name: "indicator", elementType: .int8, shape: [steps]),
            ],
            metadata: [
                "format": "nightshift.label-set", "version": "1",
                "labels": String(decoding: try encoder.encode(notes), as: UTF8.self),
            ])
        let url = scratch.appending(path: "label-set.safetensors")
        let file = try ScratchFile(at: url)
        try file.append(header)
        try file.append(offsets.map(Int64.init))
        for column in [values, successes, advantages] {
            try copy(column, count: steps, of: Float.self, to: file)
        }
        try copy(indicators, count: steps, of: Int8.self, to: file)
        // The store takes the file over; letting the scratch file go afterwards removes nothing.
        return (try objects.put(file: url), file.byteCount)
    }

    private static func copy<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ column: ScratchFile, count: Int, of: Value.Type, to file: ScratchFile
    ) throws {
        for start in stride(from: 0, to: count, by: pieceLength) {
            var piece = [Value](repeating: 0, count: min(pieceLength, count - start))
            try column.read(piece.count, from: start, into: &piece)
            try file.append(piece)
        }
    }
}
