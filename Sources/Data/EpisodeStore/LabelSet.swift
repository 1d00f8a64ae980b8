import Checkpoints
package import Digests
import Foundation

/// Value, probability of success, advantage and indicator of every step of a snapshot, on disk.
///
/// A safetensors file (docs/formats/label-set.md) that is read a range at a time.
package struct LabelSet: @unchecked Sendable {
    // Sendable: every stored property is a constant, and `pread` does not move a file's position.
    private let path: String
    private let layout: SafetensorsLayout
    private let file: FileHandle
    /// Steps before each episode, and the number of all steps last.
    package let offsets: [Int]
    /// What the labels came from: see ``LabelSetNotes``.
    package let notes: LabelSetNotes

    /// Opens a label set that the store has verified.
    ///
    /// - Throws: ``EpisodeStoreError`` or `SafetensorsError`.
    package init(_ digest: Digest, in objects: ObjectStore) throws {
        try objects.verify(digest)
        let url = objects.url(of: digest)
        path = url.path
        let byteCount = SystemCall.byteCount(path) ?? 0
        let start = try SystemCall.read(path, offset: 0, count: 8)
        let end = try SafetensorsLayout.headerEnd(statedBy: start, fileByteCount: byteCount)
        layout = try SafetensorsLayout(
            beginning: try SystemCall.read(path, offset: 0, count: end), fileByteCount: byteCount)
        file = try FileHandle(forReadingFrom: url)
        notes = try JSONDecoder().decode(
            LabelSetNotes.self, from: Data((layout.metadata["labels"] ?? "{}").utf8))
        let range = try layout.byteRange(of: "offset")
        var values = [Int64](repeating: 0, count: range.count / 8)
        try Self.read(values.count, from: 0, into: &values, at: range.lowerBound, file, path)
        offsets = values.map(Int.init)
    }

    /// Reads the values of steps, counted over all episodes, in [-1, 0].
    ///
    /// - Throws: ``EpisodeStoreError`` or `SafetensorsError`.
    package func readValues(_ steps: Range<Int>, into buffer: inout [Float]) throws {
        try read("value", steps, into: &buffer)
    }

    /// Reads the advantages of steps, counted over all episodes.
    ///
    /// - Throws: ``EpisodeStoreError`` or `SafetensorsError`.
    package func readAdvantages(_ steps: Range<Int>, into buffer: inout [Float]) throws {
        try read("advantage", steps, into: &buffer)
    }

    /// Reads the indicators of steps, counted over all episodes: 1, 0, or -1 for absent.
    ///
    /// - Throws: ``EpisodeStoreError`` or `SafetensorsError`.
    package func readIndicators(_ steps: Range<Int>, into buffer: inout [Int8]) throws {
        try read("indicator", steps, into: &buffer)
    }

    private func read<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ name: String, _ steps: Range<Int>, into buffer: inout [Value]
    ) throws {
        if buffer.count < steps.count { buffer = Array(repeating: 0, count: steps.count) }
        try Self.read(
            steps.count, from: steps.lowerBound, into: &buffer,
            at: try layout.byteRange(of: name).lowerBound, file, path)
    }

    private static func read<Value: BitwiseCopyable>(
        _ count: Int, from index: Int, into buffer: inout [Value], at start: Int,
        _ file: FileHandle, _ path: String
    ) throws {
        let stride = MemoryLayout<Value>.stride
        try buffer.withUnsafeMutableBytes { bytes in
            try SystemCall.read(
                UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * stride)]),
                from: file.fileDescriptor, at: start + index * stride, path)
        }
    }
}

/// Where labels came from, and the thresholds that made indicators of advantages.
package struct LabelSetNotes: Codable, Sendable, Equatable {
    /// One task's threshold and what it did.
    package struct Threshold: Codable, Sendable, Equatable {
        package let instruction: String
        package let embodiment: String
        /// Advantages strictly above it are positive.
        package let threshold: Double
        /// Share of the task's steps that are positive, interventions included.
        package let positiveShare: Double
        /// Share of the task's steps whose expected return was below -1 and was cut there.
        package let clippedShare: Double

        package init(
            instruction: String, embodiment: String, threshold: Double, positiveShare: Double,
            clippedShare: Double
        ) {
            self.instruction = instruction
            self.embodiment = embodiment
            self.threshold = threshold
            self.positiveShare = positiveShare
            self.clippedShare = clippedShare
        }
    }

    /// The snapshot whose episodes are labelled, in its order.
    package let snapshot: Digest
    /// One a fold.
    package let valueFunctions: [Digest]
    package let thresholds: [Threshold]

    package init(snapshot: Digest, valueFunctions: [Digest], thresholds: [Threshold]) {
        self.snapshot = snapshot
        self.valueFunctions = valueFunctions
        self.thresholds = thresholds
    }
}
