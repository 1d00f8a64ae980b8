package import Digests

/// The right to publish a stage's result, for as long as no newer attempt of the stage began.
package struct Attempt: Sendable, Equatable {
    /// Stage and epoch, such as `fine-tune-7`.
    package let id: String
    package let stage: String
    /// The stage key.
    package let key: Digest
    /// Counts the attempts of the stage: the fencing token.
    package let epoch: Int
}

/// How far an attempt came.
package enum AttemptState: String, Codable, Sendable, CaseIterable {
    case running, succeeded, failed
    /// A newer attempt of the stage began before this one had ended.
    case abandoned
}

/// An object that a stage made: immutable and named by its content.
package struct Artefact: Codable, Sendable, Equatable {
    /// What it is to the stages that read it, such as `snapshot`.
    package let kind: String
    /// Tells artefacts of one kind apart, such as `fold-2`.
    package let name: String
    package let digest: Digest
    package let byteCount: Int

    /// Makes an artefact of its fields.
    package init(kind: String, name: String, digest: Digest, byteCount: Int) {
        self.kind = kind
        self.name = name
        self.digest = digest
        self.byteCount = byteCount
    }
}

/// One execution of one stage, as the catalogue keeps it.
package struct AttemptRecord: Sendable, Equatable {
    package let id: String
    package let stage: String
    /// The stage key.
    package let key: Digest
    package let epoch: Int
    /// The run that it belongs to; nil where a person started it alone.
    package let run: String?
    package let state: AttemptState
    /// ISO 8601 instant, UTC.
    package let startedAt: String
    /// ISO 8601 instant, UTC; nil while it runs.
    package let finishedAt: String?
    package let configurationJSON: String
    package let environmentJSON: String
    /// What the stage reported; nil unless it succeeded.
    package let summaryJSON: String?
    /// Why it failed; nil unless it did.
    package let message: String?
    /// What it published; empty unless it succeeded.
    package let outputs: [Artefact]

    /// The outputs of one kind, in the order in which the stage named them.
    package func outputs(ofKind kind: String) -> [Artefact] {
        outputs.filter { $0.kind == kind }
    }

    /// The only output of that kind.
    ///
    /// - Throws: ``CatalogueError/notFound(what:)`` unless there is exactly one.
    package func output(ofKind kind: String) throws(CatalogueError) -> Artefact {
        let found = outputs(ofKind: kind)
        guard let output = found.first, found.count == 1 else {
            throw .notFound(
                what: "single output of kind '\(kind)' of attempt \(id): it has \(found.count)")
        }
        return output
    }
}

/// How far a run came.
package enum RunState: String, Codable, Sendable, CaseIterable {
    case running, succeeded, failed
    /// It was asked to end, and kept what it had done.
    case stopped
    /// It was killed: a newer run of the pipeline began before this one had ended.
    case abandoned
}

/// One execution of a pipeline.
package struct RunRecord: Sendable, Equatable {
    package let id: String
    /// The pipeline's name.
    package let pipeline: String
    package let state: RunState
    /// ISO 8601 instant, UTC.
    package let startedAt: String
    /// ISO 8601 instant, UTC; nil while it runs.
    package let finishedAt: String?
    /// The pipeline as it was resolved.
    package let configurationJSON: String
    /// What the run reported; nil unless it ended.
    package let summaryJSON: String?
}

/// How much a finding weighs.
package enum FindingSeverity: String, Codable, Sendable, CaseIterable {
    case warn, quarantine
}

/// One verdict of a quality gate about one episode.
package struct FindingRecord: Sendable, Equatable {
    package let episode: Digest
    /// The gate's name, such as `H3`.
    package let gate: String
    package let severity: FindingSeverity
    package let message: String
    /// What was measured, in the gate's unit.
    package let value: Double?
    /// What it was compared with, in the gate's unit.
    package let threshold: Double?

    /// Makes a finding of its fields.
    package init(
        episode: Digest, gate: String, severity: FindingSeverity, message: String,
        value: Double?, threshold: Double?
    ) {
        self.episode = episode
        self.gate = gate
        self.severity = severity
        self.message = message
        self.value = value
        self.threshold = threshold
    }
}
