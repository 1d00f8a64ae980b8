import Episodes

/// Writes msgpack as Python's `msgpack` does: each value in its shortest form.
package struct MessageEncoder {
    private var bytes: [UInt8] = []

    /// The bytes of a value.
    package static func encode(_ value: MessageValue) -> [UInt8] {
        var encoder = MessageEncoder()
        encoder.append(value)
        return encoder.bytes
    }

    private mutating func append(_ value: MessageValue) {
        switch value {
        case .null: bytes.append(0xc0)
        case .bool(let value): bytes.append(value ? 0xc3 : 0xc2)
        case .integer(let value): append(value)
        case .unsigned(let value): append(0xcf, value, width: 8)
        case .number(let value): append(0xcb, value.bitPattern, width: 8)
        case .text(let text): append(text)
        case .binary(let data): append(data)
        case .list(let values):
            appendCount(values.count, short: 0x90, long: 0xdc)
            for value in values { append(value) }
        case .map(let entries):
            appendCount(entries.count, short: 0x80, long: 0xde)
            for entry in entries { append(entry) }
        case .array(let array): append(array)
        }
    }

    private mutating func append(_ entry: MessageEntry) {
        switch entry.key {
        case .text(let text): append(text)
        case .bytes(let data): append(data[...])
        }
        append(entry.value)
    }

    /// The four entries of an array, in the order of openpi's client.
    private mutating func append(_ array: NumericArray) {
        func key(_ name: String) -> MessageKey { .bytes(Array(name.utf8)) }
        append(
            .map([
                MessageEntry(key("__ndarray__"), .bool(true)),
                MessageEntry(key("data"), .binary(array.bytes)),
                MessageEntry(key("dtype"), .text(array.elementType.numPyName)),
                MessageEntry(key("shape"), .list(array.shape.map { .integer(Int64($0)) })),
            ]))
    }

    private mutating func append(_ value: Int64) {
        switch value {
        case 0...0x7f, -32..<0: bytes.append(UInt8(truncatingIfNeeded: value))
        case 0...0xff: append(0xcc, UInt64(value), width: 1)
        case 0...0xffff: append(0xcd, UInt64(value), width: 2)
        case 0...0xffff_ffff: append(0xce, UInt64(value), width: 4)
        case 0...: append(0xcf, UInt64(value), width: 8)
        case -0x80..<0: append(0xd0, UInt64(bitPattern: value), width: 1)
        case -0x8000..<0: append(0xd1, UInt64(bitPattern: value), width: 2)
        case -0x8000_0000..<0: append(0xd2, UInt64(bitPattern: value), width: 4)
        default: append(0xd3, UInt64(bitPattern: value), width: 8)
        }
    }

    private mutating func append(_ text: String) {
        let count = text.utf8.count
        switch count {
        case 0...31: bytes.append(0xa0 | UInt8(count))
        case 0...0xff: append(0xd9, UInt64(count), width: 1)
        case 0...0xffff: append(0xda, UInt64(count), width: 2)
        default: append(0xdb, UInt64(count), width: 4)
        }
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ data: ArraySlice<UInt8>) {
        switch data.count {
        case 0...0xff: append(0xc4, UInt64(data.count), width: 1)
        case 0...0xffff: append(0xc5, UInt64(data.count), width: 2)
        default: append(0xc6, UInt64(data.count), width: 4)
        }
        bytes.append(contentsOf: data)
    }

    private mutating func appendCount(_ count: Int, short: UInt8, long: UInt8) {
        switch count {
        case 0...15: bytes.append(short | UInt8(count))
        case 0...0xffff: append(long, UInt64(count), width: 2)
        default: append(long + 1, UInt64(count), width: 4)
        }
    }

    /// A first byte, and the lowest `width` bytes of a number, the highest first.
    private mutating func append(_ first: UInt8, _ value: UInt64, width: Int) {
        bytes.append(first)
        for place in (0..<width).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place)))
        }
    }
}
