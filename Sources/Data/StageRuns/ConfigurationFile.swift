package import Foundation

/// Reads settings: the documented defaults, with what a YAML file says in their place.
package enum ConfigurationFile {
    /// Reads the settings at `url`; without a file they are the defaults.
    ///
    /// `next` is what to try where the file cannot be read.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` that lists every unknown key with the nearest known
    ///   one, the first value of a wrong type, or every problem of the values.
    package static func load<Settings: StageConfiguration>(
        _: Settings.Type, from url: URL?,
        next: String = "Give --config a YAML file that exists, or leave it out for the defaults."
    ) throws -> Settings {
        guard let url else { return try checked(Settings(), source: "the default settings") }
        let source = "the configuration \(url.path)"
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw StageError.usage(
                "cannot read \(source): \(error.localizedDescription)", next: next)
        }
        return try parse(Settings.self, text, source: source)
    }

    /// Reads the settings in `yaml`; `source` names them in errors.
    ///
    /// - Throws: as ``load(_:from:)``.
    package static func parse<Settings: StageConfiguration>(
        _: Settings.Type, _ yaml: String, source: String
    ) throws -> Settings {
        do {
            let given = try ConfigurationValue(yaml: yaml)
            guard case .map = given else {
                throw ConfigurationProblem("is \(given.description), expected keys with values")
            }
            return try checked(settings(Settings.self, given.withoutEmptyKeys), source: source)
        } catch let problem as ConfigurationProblem {
            throw StageError.usage(
                "\(source) \(problem.message)", next: "Correct the file and run again.")
        }
    }

    private static func settings<Settings: StageConfiguration>(
        _: Settings.Type, _ given: ConfigurationValue
    ) throws -> Settings {
        let merged = try tree(Settings()).overlaid(by: given)
        let settings: Settings
        do {
            settings = try JSONDecoder().decode(Settings.self, from: JSONEncoder().encode(merged))
        } catch let error as DecodingError {
            // An unknown key is often the reason for a missing one: say so first.
            let keys = unknownKeys(of: given, known: try tree(Settings()), path: [])
            throw ConfigurationProblem(
                ([typeProblem(error, in: merged)] + keys).joined(separator: "; it "))
        }
        // A known key comes back when the settings are encoded again; an unknown one is lost.
        let unknown = unknownKeys(of: given, known: try tree(settings), path: [])
        guard unknown.isEmpty else {
            throw ConfigurationProblem(unknown.joined(separator: "; it "))
        }
        return settings
    }

    private static func checked<Settings: StageConfiguration>(
        _ settings: Settings, source: String
    ) throws -> Settings {
        let problems = settings.problems()
        guard problems.isEmpty else {
            throw StageError.usage(
                "\(source) cannot be used:\n  " + problems.joined(separator: "\n  "),
                next: "Correct the values and run again.")
        }
        return settings
    }

    private static func tree(_ settings: some StageConfiguration) throws -> ConfigurationValue {
        try JSONDecoder().decode(
            ConfigurationValue.self, from: JSONEncoder().encode(settings))
    }

    private static func unknownKeys(
        of given: ConfigurationValue, known: ConfigurationValue?, path: [String]
    ) -> [String] {
        switch (given, known) {
        case (.map(let keys), .map(let names)):
            keys.keys.sorted().flatMap { key in
                guard let name = names[key] else {
                    return [unknownKey(path + [key], among: Array(names.keys))]
                }
                return unknownKeys(of: keys[key] ?? .none, known: name, path: path + [key])
            }
        case (.list(let values), .list(let others)):
            zip(values, others).enumerated().flatMap { index, pair in
                unknownKeys(of: pair.0, known: pair.1, path: path + ["\(index)"])
            }
        default: []
        }
    }

    private static func unknownKey(_ path: [String], among names: [String]) -> String {
        let key = path.joined(separator: ".")
        guard let nearest = NearestName.of(path.last ?? "", among: names) else {
            return "has the unknown key '\(key)'"
        }
        let full = (path.dropLast() + [nearest]).joined(separator: ".")
        return "has the unknown key '\(key)' (did you mean '\(full)'?)"
    }

    private static func typeProblem(_ error: DecodingError, in merged: ConfigurationValue) -> String
    {
        let (context, missing, expected) = parts(error)
        let path = (context.codingPath + (missing.map { [$0] } ?? [])).map {
            $0.intValue.map { "\($0)" } ?? $0.stringValue
        }
        let key = path.joined(separator: ".")
        guard let found = merged.value(at: path) else { return "lacks the key '\(key)'" }
        return "has \(found.description) under '\(key)', expected \(expected)"
    }

    private static func parts(
        _ error: DecodingError
    ) -> (context: DecodingError.Context, missing: (any CodingKey)?, expected: String) {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            (context, nil, typeName(type))
        case .keyNotFound(let key, let context): (context, key, "a value")
        case .dataCorrupted(let context): (context, nil, expectation(context))
        @unknown default:
            (.init(codingPath: [], debugDescription: "\(error)"), nil, "another: \(error)")
        }
    }

    /// What a type says itself that it expects, or else what it says at all.
    private static func expectation(_ context: DecodingError.Context) -> String {
        let said = context.debugDescription
        let expected = "expected "
        return said.hasPrefix(expected)
            ? String(said.dropFirst(expected.count)) : "another: \(said)"
    }

    private static func typeName(_ type: any (~Copyable & ~Escapable).Type) -> String {
        switch ObjectIdentifier(type) {
        case ObjectIdentifier(Bool.self): "true or false"
        case ObjectIdentifier(Int.self), ObjectIdentifier(UInt64.self): "a whole number"
        case ObjectIdentifier(Double.self), ObjectIdentifier(Float.self): "a number"
        case ObjectIdentifier(String.self): "text"
        default: "keys with values, or a list"
        }
    }
}
