import Catalogue
package import Digests
import EpisodeStore
package import Episodes
import Foundation
package import StageRuns

/// The stage's name under which a person's answers are kept.
package let outcomeReviewStage = "review-outcomes"

/// What people have said about suspect outcomes: one line an answer, never taken back, only followed.
package struct OutcomeReview: Sendable {
    /// A person's answer about one episode.
    package struct Answer: Codable, Sendable, Equatable {
        package let episode: String
        /// What the recording says.
        package let recorded: Outcome
        /// What the person says.
        package let outcome: Outcome
        package let actor: String
        /// ISO 8601 instant, UTC.
        package let at: String
    }

    /// The oldest first.
    package let answers: [Answer]
    /// The object that holds them; nil where there are none.
    package let digest: Digest?

    /// The outcome that holds, by episode; the newest answer wins.
    package var outcomes: [String: Outcome] {
        answers.reduce(into: [:]) { $0[$1.episode] = $1.outcome }
    }

    /// All answers so far.
    ///
    /// - Throws: the store's and the catalogue's errors.
    package init(of session: StageSession) throws {
        let newest = try session.catalogue.latestSucceeded(stage: outcomeReviewStage)
        digest = newest?.outputs(ofKind: "outcome-answers").first?.digest
        guard let digest else {
            answers = []
            return
        }
        let decoder = JSONDecoder()
        answers = try session.objects.read(digest).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Answer.self, from: Data($0))
        }
    }
}

/// How a person answers about an episode's outcome.
package enum OutcomeAnswer: Sendable {
    /// It is as it was recorded.
    case accept
    /// It is the other one.
    case correct
}

/// An episode whose outcome a person is asked about.
package struct SuspectOutcome: Codable, Sendable, Equatable {
    package let episode: String
    package let gate: String
    package let reason: String
}
