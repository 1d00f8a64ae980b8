import StageRuns

/// What a stage printed or kept, read key by key: older versions lack keys, and nobody minds.
extension ConfigurationValue {
    /// The value under a key; nothing where there is none.
    subscript(_ key: String) -> ConfigurationValue {
        guard case .map(let keys) = self else { return .none }
        return keys[key] ?? .none
    }

    /// The elements of a list; none where this is no list.
    var elements: [ConfigurationValue] {
        guard case .list(let values) = self else { return [] }
        return values
    }

    /// The keys of a section with their values, sorted; none where this is no section.
    var entries: [(key: String, value: ConfigurationValue)] {
        guard case .map(let keys) = self else { return [] }
        return keys.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The number that this is, if it is one.
    var number: Double? {
        switch self {
        case .whole(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The whole number that this is, if it is one.
    var count: Int? {
        guard let number, abs(number) < 1e15 else { return nil }
        return Int(number)
    }

    /// The text that this is, if it is one.
    var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// Whether this is true.
    var flag: Bool { self == .flag(true) }

    /// The texts of a list.
    var strings: [String] { elements.compactMap(\.string) }

    /// The value as it is written in a setting.
    var written: String {
        switch self {
        case .none: ""
        case .flag(let value): value ? "true" : "false"
        case .whole(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        case .list(let values): values.map(\.written).joined(separator: " ")
        case .map(let keys):
            keys.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.written)" }
                .joined(separator: ", ")
        }
    }
}
