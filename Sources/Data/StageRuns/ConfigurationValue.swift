/// A value of a configuration file, before it is known what type it should have.
package enum ConfigurationValue: Equatable, Sendable {
    case none
    case flag(Bool)
    case whole(Int)
    case number(Double)
    case text(String)
    case list([ConfigurationValue])
    case map([String: ConfigurationValue])

    /// What it is, for an error message; never the recorded content of an episode.
    package var description: String {
        switch self {
        case .none: "empty"
        case .flag(let value): "\(value)"
        case .whole(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .text(let value): "the text '\(value)'"
        case .list(let values): "a list of \(values.count)"
        case .map(let values): "a section with \(values.count) keys"
        }
    }

    /// This value with what `other` says in its place: key by key in sections, whole otherwise.
    package func overlaid(by other: ConfigurationValue) -> ConfigurationValue {
        guard case .map(var keys) = self, case .map(let others) = other else { return other }
        for (key, value) in others {
            keys[key] = keys[key]?.overlaid(by: value) ?? value
        }
        return .map(keys)
    }

    /// This value without the keys that say nothing: a section of comments leaves one behind.
    var withoutEmptyKeys: ConfigurationValue {
        switch self {
        case .map(let keys): .map(keys.filter { $0.value != .none }.mapValues(\.withoutEmptyKeys))
        case .list(let values): .list(values.map(\.withoutEmptyKeys))
        default: self
        }
    }

    /// The value under `path`, keys and positions in lists; nil if there is none.
    package func value(at path: [String]) -> ConfigurationValue? {
        guard let first = path.first else { return self }
        let rest = Array(path.dropFirst())
        switch self {
        case .map(let keys): return keys[first]?.value(at: rest)
        case .list(let values):
            guard let index = Int(first), values.indices.contains(index) else { return nil }
            return values[index].value(at: rest)
        default: return nil
        }
    }
}

extension ConfigurationValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
            // Each `try?` asks whether the value has that type; the last one throws if it has none.
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([ConfigurationValue].self) {
            self = .list(value)
        } else {
            self = .map(try container.decode([String: ConfigurationValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .none: try container.encodeNil()
        case .flag(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .map(let keys): try container.encode(keys)
        }
    }
}
