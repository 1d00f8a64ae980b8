package import Digests
import Foundation

/// What decides the bytes that a stage makes: the same key that has succeeded is not worked on again.
package struct StageKey: Codable, Equatable, Sendable {
    /// The stage's name.
    package let stage: String
    /// The program's version, and the stage's own: it goes up when the same inputs make other bytes.
    package let version: String
    /// The settings as resolved, as JSON with sorted keys.
    package let configuration: String
    /// The inputs, `kind:digest`, sorted.
    package let inputs: [String]
    /// The seed of everything random.
    package let seed: UInt64?
    /// What else decides the bytes, such as `threads` and `blas`.
    package let environment: [String: String]

    /// Makes a key; the order of `inputs` does not matter.
    package init<Settings: StageConfiguration>(
        stage: String, formatVersion: Int, configuration: Settings,
        inputs: [(kind: String, digest: Digest)], seed: UInt64?, environment: [String: String]
    ) throws {
        self.stage = stage
        self.version = "\(programVersion)/\(formatVersion)"
        self.configuration = try canonicalJSON(configuration)
        self.inputs = inputs.map { "\($0.kind):\($0.digest)" }.sorted()
        self.seed = seed
        self.environment = environment
    }

    /// The key as one digest.
    package func digest() throws -> Digest { Digest.of(try canonicalJSON(self)) }
}

/// The version of Nightshift.
package let programVersion = "0.1.0"

/// `value` as JSON with sorted keys: equal values make equal text.
package func canonicalJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
