package import Catalogue
package import Digests

/// What a stage's work gives back: what it wrote, and what it says about it.
package struct StageResult<Summary: Codable & Sendable> {
    /// Objects that are already in the store, named for whoever reads them.
    package let outputs: [Artefact]
    /// What `--json` prints and the catalogue keeps; free of times.
    package let summary: Summary
    /// What else becomes visible in the same transaction.
    package let also: (@Sendable (Transaction) throws -> Void)?

    /// Makes a result from its parts.
    package init(
        outputs: [Artefact], summary: Summary,
        also: (@Sendable (Transaction) throws -> Void)? = nil
    ) {
        self.outputs = outputs
        self.summary = summary
        self.also = also
    }
}

/// What a stage did, or had done before.
package struct StageReport<Summary: Codable & Sendable>: Sendable {
    /// The stage's name.
    package let stage: String
    /// The digest of its key.
    package let key: Digest
    /// The attempt that made the outputs.
    package let attempt: String
    /// Whether the same key had succeeded before, so that nothing was worked on.
    package let reused: Bool
    /// How long it took this time.
    package let seconds: Double
    /// What it made.
    package let outputs: [Artefact]
    /// What it says about it.
    package let summary: Summary
}

extension StageReport: Encodable {
    private enum Keys: String, CodingKey { case stage, key, attempt, reused, seconds, outputs }

    /// Writes the summary's keys and the report's own into one flat object.
    package func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(stage, forKey: .stage)
        try container.encode(key, forKey: .key)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(reused, forKey: .reused)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(outputs, forKey: .outputs)
    }
}
