package import Digests
package import Evidence

/// Why a pointer moved, or did not: the record that the history keeps, as canonical JSON.
package struct PromotionDecision: Codable, Sendable, Equatable {
    /// Who or what decided.
    package enum Kind: String, Codable, Sendable {
        /// The night, on evidence.
        case nightly
        /// The night, because there was no release before.
        case first
        /// A person, by `promote candidate`.
        case candidate
        /// A person, by `promote rollback`.
        case rollback
        /// A person, by `promote pin`.
        case pin
        /// `fine-tune --from-scratch`: every later fine-tune starts there.
        case base
    }

    package var kind: Kind
    package var release: Digest
    /// Version of the release.
    package var sequence: Int
    package var channel: String?
    /// The release that the channel pointed to.
    package var previous: Digest?
    package var verdict: EvidenceSummary.Verdict?
    /// Digest of the evidence object.
    package var evidence: Digest?
    /// Digest of the weights.
    package var weights: Digest?
    package var reasons: [String]
    /// What the evidence spent of the error budget; nil where no robots were looked at.
    package var errorSpent: ErrorSpent?

    package init(
        kind: Kind, release: Digest, sequence: Int, channel: String?, previous: Digest?,
        verdict: EvidenceSummary.Verdict?, evidence: Digest?, weights: Digest?,
        reasons: [String], errorSpent: ErrorSpent? = nil
    ) {
        self.kind = kind
        self.release = release
        self.sequence = sequence
        self.channel = channel
        self.previous = previous
        self.verdict = verdict
        self.evidence = evidence
        self.weights = weights
        self.reasons = reasons
        self.errorSpent = errorSpent
    }

    /// Canonical JSON, for the history.
    package func json() throws -> String {
        String(decoding: try CanonicalJSON.bytes(of: self), as: UTF8.self)
    }
}

/// What promote reads of the evidence object.
package struct EvidenceSummary: Codable, Sendable, Equatable {
    package enum Verdict: String, Codable, Sendable { case pass, fail, undecided }

    package let candidate: Digest
    package let incumbent: Digest?
    package let verdict: Verdict
    package let reasons: [String]
    package let moreEpisodes: Int?
    /// What the night's test of robots spent of the error budget; nil where only recorded experience
    /// was looked at.
    package let errorSpent: ErrorSpent?

    package init(
        candidate: Digest, incumbent: Digest?, verdict: Verdict, reasons: [String],
        moreEpisodes: Int?, errorSpent: ErrorSpent? = nil
    ) {
        self.candidate = candidate
        self.incumbent = incumbent
        self.verdict = verdict
        self.reasons = reasons
        self.moreEpisodes = moreEpisodes
        self.errorSpent = errorSpent
    }
}
