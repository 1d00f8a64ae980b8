import Policies
import StageRuns

/// The parts of a message that are not observations.
enum RequestFields {
    /// The place of the robot's kind in the policy's configuration.
    static func robot(
        _ message: MessageValue, _ served: ServedPolicy
    ) throws(ServingError) -> Int {
        let names = served.policy.configuration.embodiments.map(\.name)
        guard let value = message[RequestKey.embodiment] else {
            guard names.count == 1 else {
                throw invalid(
                    RequestKey.embodiment,
                    "it is missing, and the policy knows \(names.count); send one of "
                        + names.quoted)
            }
            return 0
        }
        guard case .text(let name) = value, let robot = names.firstIndex(of: name) else {
            throw invalid(
                RequestKey.embodiment, unknown(value, expected: names, ofKind: "embodiment"))
        }
        return robot
    }

    /// The place of the task in the policy's configuration.
    static func task(
        _ message: MessageValue, _ configuration: PolicyConfiguration, embodiment: String
    ) throws(ServingError) -> Int {
        let known = configuration.tasks.filter { $0.embodiment == embodiment }
        guard let value = message[RequestKey.prompt] else {
            guard known.count == 1, let task = configuration.tasks.firstIndex(of: known[0]) else {
                throw invalid(
                    RequestKey.prompt,
                    "it is missing, and the policy knows \(known.count) instructions for "
                        + "'\(embodiment)'; send one of \(known.map(\.instruction).quoted)")
            }
            return task
        }
        let place = configuration.tasks.firstIndex {
            $0.embodiment == embodiment && .text($0.instruction) == value
        }
        guard let place else {
            throw invalid(
                RequestKey.prompt,
                unknown(value, expected: known.map(\.instruction), ofKind: "instruction"))
        }
        return place
    }

    /// The seed of the noise, if the robot chose one.
    static func seed(_ message: MessageValue) throws(ServingError) -> UInt64? {
        switch message[RequestKey.seed] {
        case nil, .null: return nil
        case .integer(let seed): return UInt64(bitPattern: seed)
        case .unsigned(let seed): return seed
        case .some(let other):
            throw invalid(RequestKey.seed, "found \(other.kind), expected an integer")
        }
    }

    static func invalid(_ key: String, _ problem: String) -> ServingError {
        ServingError(.observationInvalid, "reading '\(key)' of an observation: \(problem)")
    }

    private static func unknown(
        _ value: MessageValue, expected names: [String], ofKind kind: String
    ) -> String {
        guard case .text(let name) = value else {
            return "found \(value.kind), expected the \(kind) as a text"
        }
        let short = String(name.prefix(80))
        let hint = NearestName.of(short, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return "the policy does not know the \(kind) '\(short)', expected one of \(names.quoted)"
            + hint
    }
}

extension [String] {
    /// A few of them, for an error.
    fileprivate var quoted: String {
        let shown = prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return count > 8 ? "\(shown) and \(count - 8) more" : shown
    }
}
