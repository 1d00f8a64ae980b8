private import Foundation

/// Where the tensors of a safetensors file lie, read from the file's beginning alone.
package struct SafetensorsLayout: Sendable {
    /// The longest header that is parsed; the format's own reader has the same limit.
    package static let headerByteLimit = 100_000_000

    /// Text that is not a tensor.
    package let metadata: [String: String]
    /// All tensors, in the order of their bytes.
    package let tensors: [SafetensorsTensor]
    /// Where each tensor's bytes start in the file.
    private let starts: [String: Int]

    /// Reads the header at the beginning of a file, which may come from anybody.
    ///
    /// - Parameters:
    ///   - beginning: the file's first bytes, ``headerEnd(statedBy:fileByteCount:)`` at least.
    ///   - fileByteCount: the length of the whole file.
    /// - Throws: ``SafetensorsError`` unless the tensors cover the bytes after the header exactly.
    package init(beginning: [UInt8], fileByteCount: Int) throws(SafetensorsError) {
        let dataStart = try Self.headerEnd(statedBy: beginning, fileByteCount: fileByteCount)
        guard beginning.count >= dataStart else {
            throw SafetensorsError(
                .truncated, "found \(beginning.count) bytes, the header ends at \(dataStart)")
        }
        let header = try Self.header(beginning[8..<dataStart])
        var entries: [(tensor: SafetensorsTensor, range: Range<Int>)] = []
        for (name, field) in header.tensors {
            entries.append(try Self.entry(name, field, byteCount: fileByteCount - dataStart))
        }
        // Empty tensors share their start with the next one, and go before it.
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.tensor.name)
                < ($1.range.lowerBound, $1.range.upperBound, $1.tensor.name)
        }
        try Self.checkCover(entries.map(\.range), byteCount: fileByteCount - dataStart)
        metadata = header.metadata
        tensors = entries.map(\.tensor)
        starts = Dictionary(
            uniqueKeysWithValues: entries.map {
                ($0.tensor.name, dataStart + $0.range.lowerBound)
            })
    }

    /// Which bytes of the file are the tensor's.
    ///
    /// - Throws: ``SafetensorsError`` if there is no tensor of that name.
    package func byteRange(of name: String) throws(SafetensorsError) -> Range<Int> {
        guard let start = starts[name], let tensor = tensors.first(where: { $0.name == name })
        else {
            throw SafetensorsError(.tensorMissing, "there is no tensor named '\(name)'")
        }
        return start..<(start + tensor.byteCount)
    }

    /// How many bytes at the beginning of a file are its length and its header.
    ///
    /// - Throws: ``SafetensorsError`` unless `beginning` has 8 bytes that state a usual length.
    package static func headerEnd(
        statedBy beginning: [UInt8], fileByteCount: Int
    ) throws(SafetensorsError) -> Int {
        guard beginning.count >= 8 else {
            throw SafetensorsError(
                .truncated, "found \(beginning.count) bytes, expected at least 8")
        }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(beginning[$1]) << UInt64(8 * $1) }
        guard length <= UInt64(headerByteLimit) else {
            throw SafetensorsError(
                .headerTooLong, "the header states \(length) bytes, the limit is \(headerByteLimit)"
            )
        }
        guard Int(length) <= fileByteCount - 8 else {
            throw SafetensorsError(
                .truncated, "the header states \(length) bytes, \(fileByteCount - 8) are there")
        }
        return 8 + Int(length)
    }

    private static func header(_ text: ArraySlice<UInt8>) throws(SafetensorsError) -> Header {
        do {
            return try JSONDecoder().decode(Header.self, from: Data(text))
        } catch {
            throw SafetensorsError(.headerMalformed, "its JSON header is not as the format says")
        }
    }

    private static func entry(
        _ name: String, _ field: Header.Field, byteCount: Int
    ) throws(SafetensorsError) -> (tensor: SafetensorsTensor, range: Range<Int>) {
        guard let type = SafetensorsTensor.ElementType(rawValue: field.dtype) else {
            throw SafetensorsError(
                .tensorMalformed, "\(name): the element type '\(field.dtype)' is not known")
        }
        guard field.data_offsets.count == 2, let start = field.data_offsets.first,
            let end = field.data_offsets.last, 0 <= start, start <= end, end <= byteCount
        else {
            throw SafetensorsError(
                .tensorMalformed,
                "\(name): offsets \(field.data_offsets) do not lie in \(byteCount) bytes")
        }
        guard product(field.shape, type.byteCount) == end - start else {
            throw SafetensorsError(
                .tensorMalformed,
                "\(name): \(end - start) bytes for shape \(field.shape) of \(type.rawValue)")
        }
        return (SafetensorsTensor(name: name, elementType: type, shape: field.shape), start..<end)
    }

    /// The product of non-negative factors, or nil where one is negative or it is too large.
    private static func product(_ extents: [Int], _ unit: Int) -> Int? {
        var total = unit
        for extent in extents {
            let (value, isOverflow) = total.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !isOverflow else { return nil }
            total = value
        }
        return total
    }

    private static func checkCover(
        _ ranges: [Range<Int>], byteCount: Int
    ) throws(SafetensorsError) {
        var end = 0
        for range in ranges {
            guard range.lowerBound == end else {
                throw SafetensorsError(
                    .tensorMalformed,
                    "bytes \(end) to \(range.lowerBound) overlap or belong to none")
            }
            end = range.upperBound
        }
        guard end == byteCount else {
            throw SafetensorsError(
                .tensorMalformed, "tensors end at byte \(end), the file at \(byteCount)")
        }
    }
}

/// The JSON header.
private struct Header: Decodable {
    struct Field: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let metadata: [String: String]
    let tensors: [String: Field]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        var metadata: [String: String] = [:]
        var tensors: [String: Field] = [:]
        for key in container.allKeys {
            if key.stringValue == SafetensorsWriter.metadataKey {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                tensors[key.stringValue] = try container.decode(Field.self, forKey: key)
            }
        }
        self.metadata = metadata
        self.tensors = tensors
    }
}
