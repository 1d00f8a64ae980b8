import Catalogue
import Digests
import EpisodeStore
package import Episodes
import Foundation
package import StageRuns

/// What was answered.
package struct ReviewSummary: Codable, Sendable, Equatable {
    package let headline: String
    package let episode: String
    package let recorded: Outcome
    package let outcome: Outcome
    /// Answers that there are now.
    package let answers: Int
}

/// The episodes whose outcomes contradict what the newest value function thinks of their ends.
///
/// - Throws: the store's and the catalogue's errors.
package func suspectOutcomes(options: StageOptions) throws -> [SuspectOutcome] {
    let session = try StageSession(options: options)
    return try ValueOpinions.newest(of: session, review: try OutcomeReview(of: session)).suspects
}

/// Keeps a person's answer about an episode's outcome: later snapshots carry the outcome that holds.
///
/// `episode` is its digest, or the beginning of one.
///
/// - Throws: ``StageError`` where there is no such episode, or it has no outcome to answer for.
package func answer(
    _ answer: OutcomeAnswer, episode: String, actor: String, options: StageOptions
) throws -> StageReport<ReviewSummary> {
    let session = try StageSession(options: options)
    let record = try session.episode(beginning: episode)
    let recorded = record.metadata.outcome
    guard recorded != .unlabelled else {
        throw StageError.inputRefused(
            "answering for episode \(record.digest.short): its recording states no outcome",
            next: "Only outcomes that were recorded can be reviewed.")
    }
    let opposite: Outcome = recorded == .success ? .failure : .success
    let outcome = answer == .accept ? recorded : opposite
    let previous = try OutcomeReview(of: session).digest
    return try session.perform(
        stage: outcomeReviewStage,
        configuration: ReviewConfiguration(
            episode: record.digest.hex, outcome: outcome, actor: actor),
        inputs: previous.map { [("outcome-answers", $0)] } ?? []
    ) { run in
        let made = OutcomeReview.Answer(
            episode: record.digest.hex, recorded: recorded, outcome: outcome, actor: actor,
            at: timestamp())
        // Read again now that the stage's lock is held: no answer may get lost.
        let answers = try OutcomeReview(of: session).answers + [made]
        let lines = try answers.map { try canonicalJSON($0) + "\n" }
        let bytes = Array(lines.joined().utf8)
        let artefact = Artefact(
            kind: "outcome-answers", name: "outcome-answers",
            digest: try run.objects.put(bytes), byteCount: bytes.count)
        let words = outcome == recorded ? "stays" : "is corrected to"
        return StageResult(
            outputs: [artefact],
            summary: ReviewSummary(
                headline: "the outcome of \(record.digest.short) \(words) \(outcome.rawValue)",
                episode: record.digest.hex, recorded: recorded, outcome: outcome,
                answers: answers.count))
    }
}

/// One answer, as the attempt's settings.
struct ReviewConfiguration: StageConfiguration {
    var episode = ""
    var outcome = Outcome.unlabelled
    var actor = ""

    init() {}

    init(episode: String, outcome: Outcome, actor: String) {
        self.episode = episode
        self.outcome = outcome
        self.actor = actor
    }

    func problems() -> [String] { [] }
}

extension StageSession {
    /// The one episode whose digest begins so.
    fileprivate func episode(beginning start: String) throws -> EpisodeRecord {
        if let digest = try? Digest(hex: start) {  // the whole digest: no need to search
            if let found = try catalogue.episodes(withDigests: [digest]).first { return found }
        }
        var found: [EpisodeRecord] = []
        if start.count >= 6 {
            try catalogue.forEachEpisode { record in
                if record.digest.hex.hasPrefix(start.lowercased()) { found.append(record) }
            }
        }
        guard let record = found.first, found.count == 1 else {
            throw StageError.inputRefused(
                "answering for episode '\(start)': \(found.count) episodes have digests that begin "
                    + "so, expected one of at least 6 characters",
                next: "`filter-by-quality review --list` prints the digests of suspect episodes.")
        }
        return record
    }
}
