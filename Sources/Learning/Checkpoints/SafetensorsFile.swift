private import Foundation

/// A safetensors file in memory, whose header has been checked against its bytes.
package struct SafetensorsFile: Sendable {
    /// The longest header that is parsed; the format's own reader has the same limit.
    package static let headerByteLimit = 100_000_000

    /// Text that is not a tensor.
    package let metadata: [String: String]
    /// All tensors, in the order of their bytes.
    package let tensors: [SafetensorsTensor]

    private let file: [UInt8]
    /// Where each tensor's bytes start in `file`.
    private let starts: [String: Int]

    /// Reads the header of `file`, which may come from anybody.
    ///
    /// - Throws: ``SafetensorsError`` unless the tensors cover the bytes after the header exactly.
    package init(_ file: [UInt8]) throws(SafetensorsError) {
        let dataStart = try Self.dataStart(of: file)
        let header = try Self.header(file[8..<dataStart])
        var entries: [(tensor: SafetensorsTensor, range: Range<Int>)] = []
        for (name, field) in header.tensors {
            entries.append(try Self.entry(name, field, byteCount: file.count - dataStart))
        }
        // Empty tensors share their start with the next one, and go before it.
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.tensor.name)
                < ($1.range.lowerBound, $1.range.upperBound, $1.tensor.name)
        }
        try Self.checkCover(entries.map(\.range), byteCount: file.count - dataStart)
        self.file = file
        metadata = header.metadata
        tensors = entries.map(\.tensor)
        starts = Dictionary(
            uniqueKeysWithValues: entries.map {
                ($0.tensor.name, dataStart + $0.range.lowerBound)
            })
    }

    /// What the header says about the tensor of that name, if there is one.
    package func tensor(named name: String) -> SafetensorsTensor? {
        tensors.first { $0.name == name }
    }

    /// The tensor's bytes.
    ///
    /// - Throws: ``SafetensorsError`` if there is no tensor of that name.
    package func bytes(of name: String) throws(SafetensorsError) -> [UInt8] {
        guard let start = starts[name], let tensor = tensor(named: name) else {
            throw SafetensorsError(.tensorMissing, "there is no tensor named '\(name)'")
        }
        return Array(file[start..<(start + tensor.byteCount)])
    }

    private static func dataStart(of file: [UInt8]) throws(SafetensorsError) -> Int {
        guard file.count >= 8 else {
            throw SafetensorsError(.truncated, "found \(file.count) bytes, expected at least 8")
        }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(file[$1]) << UInt64(8 * $1) }
        guard length <= UInt64(headerByteLimit) else {
            throw SafetensorsError(
                .headerTooLong, "the header states \(length) bytes, the limit is \(headerByteLimit)"
            )
        }
        guard Int(length) <= file.count - 8 else {
            throw SafetensorsError(
                .truncated, "the header states \(length) bytes, \(file.count - 8) are there")
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
