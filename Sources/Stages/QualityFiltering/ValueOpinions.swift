import Catalogue
import Digests
import EpisodeStore
import Episodes
import Evidence
import Foundation
import StageRuns

/// S13 and S14: what the value function of the newest labels thinks of outcomes and of progress.
///
/// The value function that values an episode never saw it. Episodes that were not yet labelled, such as
/// those of last night, are not judged.
struct ValueOpinions {
    /// One labelled episode.
    struct Opinion {
        let task: String
        let outcome: Outcome
        /// Mean value of its last half second, in [-1, 0].
        let terminal: Double
        /// Share of windows of two seconds over which the value fell; nil where it is shorter.
        let stalled: Double?
    }

    /// What terminal values of a task usually are.
    private struct Usual {
        let lowSuccess: Double
        let highFailure: Double
        let middle: Double
    }

    private let opinions: [String: Opinion]
    private let tasks: [String: Usual]
    /// Episodes whose outcome a person has confirmed or corrected.
    private let answered: Set<String>

    /// Judges by `opinions`, an episode each.
    init(_ opinions: [String: Opinion] = [:], answered: Set<String> = []) {
        self.opinions = opinions
        self.answered = answered
        tasks = Dictionary(grouping: opinions.values, by: \.task).compactMapValues { group in
            let successes = group.filter { $0.outcome == .success }.map(\.terminal).sorted()
            let failures = group.filter { $0.outcome == .failure }.map(\.terminal).sorted()
            guard successes.count >= 10, failures.count >= 10 else { return nil }
            let middle = (sortedQuantile(successes, 0.5) + sortedQuantile(failures, 0.5)) / 2
            return Usual(
                lowSuccess: min(middle, sortedQuantile(successes, 0.05)),
                highFailure: max(middle, sortedQuantile(failures, 0.95)), middle: middle)
        }
    }

    /// Objections to an episode's outcome and progress.
    func findings(_ episode: EpisodeMeasurements, _ gates: Gates) -> [GateFinding] {
        guard let opinion = opinions[episode.episode] else { return [] }
        return [label(episode.episode, gates), stall(episode, opinion, gates)].compactMap(\.self)
    }

    /// The episodes that a person should look at, the most doubtful first.
    var suspects: [SuspectOutcome] {
        let doubts = opinions.keys.compactMap { hex in suspicion(of: hex).map { (hex, $0) } }
        return doubts.sorted { ($1.1.distance, $0.0) < ($0.1.distance, $1.0) }.map { hex, doubt in
            SuspectOutcome(
                episode: hex, gate: QualityGate.labelConsistency.rawValue, reason: doubt.reason)
        }
    }

    /// Why an outcome that no person has answered for contradicts the end of its episode.
    private func suspicion(
        of hex: String
    ) -> (reason: String, value: Double, limit: Double, distance: Double)? {
        guard !answered.contains(hex), let opinion = opinions[hex], let usual = tasks[opinion.task]
        else { return nil }
        let limit: Double
        switch opinion.outcome {
        case .success where opinion.terminal < usual.lowSuccess: limit = usual.lowSuccess
        case .failure where opinion.terminal > usual.highFailure: limit = usual.highFailure
        default: return nil
        }
        let reason = String(
            format: "recorded as a %@, and its end has the value %.2f, where -1 is certain "
                + "failure and 0 success; limit %.2f",
            opinion.outcome.rawValue, opinion.terminal, limit)
        return (reason, opinion.terminal, limit, abs(opinion.terminal - usual.middle))
    }

    private func label(_ hex: String, _ gates: Gates) -> GateFinding? {
        suspicion(of: hex).map {
            gates.warning(.labelConsistency, $0.reason, $0.value, $0.limit)
        }
    }

    private func stall(
        _ episode: EpisodeMeasurements, _ opinion: Opinion, _ gates: Gates
    ) -> GateFinding? {
        // A failure is expected to lose value.
        guard episode.outcome == .success, let stalled = opinion.stalled,
            stalled > gates.settings.stallShare
        else { return nil }
        var finding = gates.warning(
            .progressStall,
            String(
                format: "over %.0f %% of its spans of two seconds success became less likely, "
                    + "limit %.0f %%",
                stalled * 100, gates.settings.stallShare * 100), stalled,
            gates.settings.stallShare)
        finding.excess = stalled / gates.settings.stallShare
        return finding
    }
}

extension ValueOpinions {
    /// Of the newest label set; empty where there is none.
    ///
    /// - Throws: the store's and the catalogue's errors.
    static func newest(of session: StageSession, review: OutcomeReview) throws -> ValueOpinions {
        guard let digest = try newestLabels(of: session),
            session.objects.exists(digest)
        else { return ValueOpinions() }
        let labels = try LabelSet(digest, in: session.objects)
        let snapshot = try ExperienceSnapshot(
            bytes: try session.objects.read(labels.notes.snapshot))
        var opinions: [String: Opinion] = [:]
        var values: [Float] = []
        let pageSize = 256
        for start in stride(from: 0, to: snapshot.entries.count, by: pageSize) {
            let places = start..<min(start + pageSize, snapshot.entries.count)
            let records = try session.catalogue.episodes(
                withDigests: places.map { snapshot.entries[$0].episode })
            for (place, record) in zip(places, records) {
                let steps = labels.offsets[place]..<labels.offsets[place + 1]
                try labels.readValues(steps, into: &values)
                let hex = record.digest.hex
                opinions[hex] = Opinion(
                    values.prefix(steps.count), of: record.metadata,
                    outcome: review.outcomes[hex] ?? record.metadata.outcome)
            }
        }
        return ValueOpinions(opinions, answered: Set(review.outcomes.keys))
    }

    /// The label set of the newest attempt that labelled.
    static func newestLabels(of session: StageSession) throws -> Digest? {
        try session.catalogue.latestSucceeded(stage: "label-with-value-function")?
            .outputs(ofKind: "label-set").first?.digest
    }
}

extension ValueOpinions.Opinion {
    init(_ values: ArraySlice<Float>, of metadata: EpisodeMetadata, outcome: Outcome) {
        let rate = metadata.embodiment.controlRateHertz ?? 10
        let end = values.suffix(max(1, Int(rate / 2)))
        let span = max(1, Int(2 * rate))
        let falls = zip(values, values.dropFirst(span)).count { $1 < $0 }
        self.init(
            task: metadata.embodiment.name + "\u{1}" + metadata.instruction, outcome: outcome,
            terminal: end.reduce(0) { $0 + Double($1) } / Double(max(1, end.count)),
            stalled: values.count > span ? Double(falls) / Double(values.count - span) : nil)
    }
}
