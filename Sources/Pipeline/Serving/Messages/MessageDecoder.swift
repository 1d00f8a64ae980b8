/// Reads one msgpack value from bytes that may come from anybody.
///
/// Nothing is allocated for what bytes claim before as many bytes are seen to be there; binary
/// data is not copied.
package struct MessageDecoder {
    private let bytes: [UInt8]
    private let limits: MessageLimits
    private var offset = 0
    private var valueCount = 0

    private init(_ bytes: [UInt8], limits: MessageLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The value that the bytes are, all of them.
    ///
    /// - Throws: ``MessageError`` that names the offset.
    package static func decode(
        _ bytes: [UInt8], limits: MessageLimits = MessageLimits()
    ) throws(MessageError) -> MessageValue {
        var decoder = MessageDecoder(bytes, limits: limits)
        let value = try decoder.value(depth: 0)
        guard decoder.offset == bytes.count else {
            throw MessageError(
                .bytesLeft, at: decoder.offset,
                "\(bytes.count - decoder.offset) bytes follow the value, expected none")
        }
        return value
    }

    private mutating func value(depth: Int) throws(MessageError) -> MessageValue {
        let start = offset
        guard depth <= limits.depth else {
            throw MessageError(
                .tooDeep, at: start, "maps and lists are nested more than \(limits.depth) deep")
        }
        try count(1, at: start)
        let byte = UInt8(try unsigned(1))
        switch byte {
        case 0x00...0x7f: return .integer(Int64(byte))
        case 0xe0...0xff: return .integer(Int64(Int8(bitPattern: byte)))
        case 0x80...0x8f: return try map(Int(byte & 0x0f), depth: depth, at: start)
        case 0x90...0x9f: return try list(Int(byte & 0x0f), depth: depth, at: start)
        case 0xa0...0xbf: return .text(try text(Int(byte & 0x1f)))
        case 0xc0: return .null
        case 0xc2: return .bool(false)
        case 0xc3: return .bool(true)
        default: return try longer(byte, depth: depth, at: start)
        }
    }

    /// Values whose length or number follows the first byte.
    private mutating func longer(
        _ byte: UInt8, depth: Int, at start: Int
    ) throws(MessageError) -> MessageValue {
        switch byte {
        case 0xc4...0xc6: return .binary(try slice(try length(1 << (byte - 0xc4))))
        case 0xca: return .number(Double(Float(bitPattern: UInt32(try unsigned(4)))))
        case 0xcb: return .number(Double(bitPattern: try unsigned(8)))
        case 0xcc...0xcf:
            let value = try unsigned(1 << (byte - 0xcc))
            return Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
        case 0xd0: return .integer(Int64(Int8(truncatingIfNeeded: try unsigned(1))))
        case 0xd1: return .integer(Int64(Int16(truncatingIfNeeded: try unsigned(2))))
        case 0xd2: return .integer(Int64(Int32(truncatingIfNeeded: try unsigned(4))))
        case 0xd3: return .integer(Int64(bitPattern: try unsigned(8)))
        case 0xd9...0xdb: return .text(try text(try length(1 << (byte - 0xd9))))
        case 0xdc, 0xdd: return try list(try length(byte == 0xdc ? 2 : 4), depth: depth, at: start)
        case 0xde, 0xdf: return try map(try length(byte == 0xde ? 2 : 4), depth: depth, at: start)
        default:
            throw MessageError(
                .typeRefused, at: start,
                "its first byte is 0x\(String(byte, radix: 16)), which is an extension or nothing; "
                    + "expected numbers, texts, bytes, lists and maps")
        }
    }

    private mutating func list(
        _ count: Int, depth: Int, at start: Int
    ) throws(MessageError) -> MessageValue {
        try require(count, eachAtLeast: 1, at: start)
        var values: [MessageValue] = []
        for _ in 0..<count { values.append(try value(depth: depth + 1)) }
        return .list(values)
    }

    private mutating func map(
        _ count: Int, depth: Int, at start: Int
    ) throws(MessageError) -> MessageValue {
        try require(count, eachAtLeast: 2, at: start)
        var entries: [MessageEntry] = []
        var seen: Set<MessageKey> = []
        for _ in 0..<count {
            let place = offset
            let key = try key(depth: depth + 1)
            guard seen.insert(key).inserted else {
                throw MessageError(.keyTwice, at: place, "a map has the same key twice")
            }
            entries.append(MessageEntry(key, try value(depth: depth + 1)))
        }
        return try numPyValue(entries, at: start) ?? .map(entries)
    }

    private mutating func key(depth: Int) throws(MessageError) -> MessageKey {
        let place = offset
        switch try value(depth: depth) {
        case .text(let text): return .text(text)
        case .binary(let bytes) where bytes.count <= 64: return .bytes(Array(bytes))
        case let other:
            throw MessageError(
                .keyInvalid, at: place, "a map's key is \(other.kind), expected a text")
        }
    }

    private mutating func text(_ count: Int) throws(MessageError) -> String {
        let place = offset
        guard let text = String(validating: try slice(count), as: UTF8.self) else {
            throw MessageError(.textInvalid, at: place, "a text of \(count) bytes is not UTF-8")
        }
        return text
    }

    private mutating func slice(_ count: Int) throws(MessageError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - offset else {
            throw MessageError(
                .truncated, at: offset,
                "the message ends after \(bytes.count - offset) bytes of \(count)")
        }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }

    /// A big-endian number of `count` bytes.
    private mutating func unsigned(_ count: Int) throws(MessageError) -> UInt64 {
        try slice(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The same of 4 bytes at most.
    private mutating func length(_ count: Int) throws(MessageError) -> Int {
        Int(try unsigned(count))
    }

    private func require(
        _ count: Int, eachAtLeast size: Int, at start: Int
    ) throws(MessageError) {
        guard count * size <= bytes.count - offset else {
            throw MessageError(
                .truncated, at: start,
                "\(count) values are announced and \(bytes.count - offset) bytes left")
        }
    }

    private mutating func count(_ values: Int, at start: Int) throws(MessageError) {
        valueCount += values
        guard valueCount <= limits.valueCount else {
            throw MessageError(
                .tooManyValues, at: start,
                "it has more than \(limits.valueCount) values; send numbers as NumPy arrays")
        }
    }
}
