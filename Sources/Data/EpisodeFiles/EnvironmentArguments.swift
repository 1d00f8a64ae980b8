private import Foundation

/// What robomimic's `env_args` and robosuite's `env_info` say, where they say it.
struct EnvironmentArguments: Decodable {
    private(set) var environmentName: String?
    private(set) var environmentType: Int?
    private(set) var robots: [String] = []
    private(set) var controlRateHertz: Double?

    private enum Key: String, CodingKey {
        case environmentName = "env_name"
        case environmentType = "type"
        case arguments = "env_kwargs"
        case robots
        case controlHertz = "control_hz"
        case controlFrequency = "control_freq"
    }

    /// Reads JSON text; nil where it is none.
    init?(json: String) {
        // Free text of other programs: what cannot be read says nothing.
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            return nil
        }
        self = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        environmentName = try? container.decode(String.self, forKey: .environmentName)
        environmentType = try? container.decode(Int.self, forKey: .environmentType)
        read(container)
        if let nested = try? container.nestedContainer(keyedBy: Key.self, forKey: .arguments) {
            read(nested)
        }
    }

    // Each field may be absent or of another type, and then says nothing.
    private mutating func read(_ container: KeyedDecodingContainer<Key>) {
        if let robot = try? container.decode(String.self, forKey: .robots) { robots = [robot] }
        if let many = try? container.decode([String].self, forKey: .robots) { robots = many }
        for key in [Key.controlFrequency, .controlHertz] {
            if let rate = try? container.decode(Double.self, forKey: key), rate > 0, rate < 1e5 {
                controlRateHertz = rate
            }
        }
    }
}
