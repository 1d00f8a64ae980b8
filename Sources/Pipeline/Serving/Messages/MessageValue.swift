/// A value as msgpack carries it, with NumPy's arrays as openpi's clients write them.
package enum MessageValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Integers above Int64's range.
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case binary(ArraySlice<UInt8>)
    case list([MessageValue])
    case map([MessageEntry])
    case array(NumericArray)

    /// The value of a text key; nil where this is no map, or lacks it.
    package subscript(key: String) -> MessageValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == .text(key) }?.value
    }

    /// What it is, for errors, without what it holds.
    package var kind: String {
        switch self {
        case .null: "nil"
        case .bool: "a boolean"
        case .integer, .unsigned: "an integer"
        case .number: "a number"
        case .text: "a text"
        case .binary(let bytes): "\(bytes.count) bytes"
        case .list(let values): "a list of \(values.count)"
        case .map(let entries): "a map of \(entries.count)"
        case .array(let array): "an array of \(array.elementType) and shape \(array.shape)"
        }
    }
}

/// A key of a map and its value.
package struct MessageEntry: Sendable, Equatable {
    package let key: MessageKey
    package let value: MessageValue

    package init(_ key: MessageKey, _ value: MessageValue) {
        self.key = key
        self.value = value
    }
}

/// Keys are texts, or bytes where NumPy's arrays are written.
package enum MessageKey: Hashable, Sendable {
    case text(String)
    case bytes([UInt8])
}

extension MessageValue {
    /// A map with text keys, in the order given.
    package static func named(_ entries: KeyValuePairs<String, MessageValue>) -> MessageValue {
        .map(entries.map { MessageEntry(.text($0.key), $0.value) })
    }
}
