import Yams

extension ConfigurationValue {
    /// Reads a YAML document; an empty one is an empty section.
    ///
    /// - Throws: a sentence with line and column where it is no YAML.
    init(yaml: String) throws(ConfigurationProblem) {
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                self = .map([:])
                return
            }
            self = try Self(node)
        } catch let problem as ConfigurationProblem {
            throw problem
        } catch {
            throw ConfigurationProblem("is not valid YAML: \(error)")
        }
    }

    private init(_ node: Node) throws {
        switch node {
        case .scalar: self = try Self.scalar(node)
        case .sequence(let sequence): self = .list(try sequence.map { try Self($0) })
        case .alias:
            throw ConfigurationProblem("uses a YAML alias, which settings do not need")
        case .mapping(let mapping):
            var keys: [String: ConfigurationValue] = [:]
            for (key, value) in mapping {
                guard let name = key.string else {
                    throw ConfigurationProblem("has a key that is not text\(Self.place(key))")
                }
                keys[name] = try Self(value)
            }
            self = .map(keys)
        }
    }

    private static func scalar(_ node: Node) throws -> ConfigurationValue {
        let tag = node.tag
        if tag == Tag(.null) { return .none }
        // YAML 1.1 reads on, off, yes and no as flags, too; here they are words, as in YAML 1.2.
        if tag == Tag(.bool), let text = node.string?.lowercased(),
            ["true", "false"].contains(text)
        {
            return .flag(text == "true")
        }
        if tag == Tag(.int), let value = node.int { return .whole(value) }
        if tag == Tag(.float), let value = node.float {
            guard value.isFinite else {
                throw ConfigurationProblem("has a number that is not finite\(place(node))")
            }
            return .number(value)
        }
        guard let text = node.string else {
            throw ConfigurationProblem("has a value that cannot be read\(place(node))")
        }
        return .text(text)
    }

    private static func place(_ node: Node) -> String {
        node.mark.map { " at line \($0.line), column \($0.column)" } ?? ""
    }
}

/// What is wrong with a configuration file, as the end of a sentence that begins with its name.
struct ConfigurationProblem: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
