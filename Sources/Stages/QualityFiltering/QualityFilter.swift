import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Reports
package import StageRuns

/// The stage's name in keys, catalogue and commands.
package let qualityFilteringStage = "filter-by-quality"

/// Judges all accepted episodes by the gates, and writes a snapshot of those that may be learned from.
///
/// - Throws: ``StageError/inputRefused(_:next:)`` when there is no experience or no gate lets anything through.
package func filterByQuality(options: StageOptions) throws -> StageReport<QualitySummary> {
    let settings = try ConfigurationFile.load(
        QualityConfiguration.self, from: options.configurationFile)
    let session = try StageSession(options: options)
    guard try session.catalogue.episodeCount() > 0 else {
        throw StageError.inputRefused(
            "filter-by-quality found no episodes in \(session.workspace.root.path): nothing has been accepted yet",
            next:
                "Put recordings into the inbox and run ingest first; `nightshift status` shows what was quarantined."
        )
    }
    let previous = try session.catalogue.latestSucceeded(stage: qualityFilteringStage)
    let review = try OutcomeReview(of: session)
    var inputs = [(kind: "experience", digest: try session.catalogue.experienceDigest())]
    if let answers = review.digest { inputs.append(("outcome-answers", answers)) }
    // Labels enter the key only where they decide what is in the snapshot; else they only inform.
    if settings.actingGates.contains(.progressStall),
        let labels = try ValueOpinions.newestLabels(of: session)
    {
        inputs.append(("label-set", labels))
    }
    return try session.perform(
        stage: qualityFilteringStage, formatVersion: 2, configuration: settings, inputs: inputs
    ) { run in
        try QualityFilter(run: run, settings: settings, review: review).work(previous: previous)
    }
}

/// One attempt: measure what is new, learn what is usual, judge everything.
struct QualityFilter {
    let run: StageRun
    let settings: QualityConfiguration
    let review: OutcomeReview

    private func scratch(_ name: String) -> URL { run.scratch.appending(path: name) }

    func work(previous: AttemptRecord?) throws -> StageResult<QualitySummary> {
        let old = previous?.outputs(ofKind: "measurements").first
        let (cohorts, nights, measuredCount) = try measureAll(
            previous: old?.digest, night: previousNight(previous) + 1)
        var gates = Gates(
            settings: settings, cohorts: cohorts.closed(minimum: settings.cohortMinimumEpisodes),
            opinions: try ValueOpinions.newest(of: run.session, review: review))
        gates.duplicates = try duplicates(gates)
        gates.decisions = try decide(gates, nights)
        var (tally, census) = try judge(gates, nights)
        tally.measured = measuredCount
        guard tally.accepted > 0 else {
            throw StageError.inputRefused(
                "filter-by-quality refused all \(tally.total) episodes: " + tally.worstReasons,
                next:
                    "Look at the thresholds in the configuration, or at the recordings; nothing was deleted."
            )
        }
        return try publish(tally, diversity(census))
    }

    /// Counts the attempts that found new episodes; 0 before the first.
    private func previousNight(_ previous: AttemptRecord?) throws -> Int {
        guard let json = previous?.summaryJSON else { return 0 }
        struct Counted: Decodable { let night: Int? }
        return try JSONDecoder().decode(Counted.self, from: Data(json.utf8)).night ?? 1
    }

    private func diversity(_ census: DiversityCensus) -> DiversityFigures {
        let start = ContinuousClock.now
        let figures = EmbeddedCensus(census).figures()
        let seconds = String(format: "%.2f", start.duration(to: .now) / .seconds(1))
        run.log.info(
            "diversity of \(census.newCount) new among \(census.oldCount) old episodes took \(seconds) s"
        )
        return figures
    }

    /// First pass: carries old measurements over and measures new episodes, in the order of digests.
    private func measureAll(
        previous: Digest?, night: Int
    ) throws -> (Cohorts, Nights, measured: Int) {
        var old = try previous.flatMap { try carriedOver($0) }
        var candidate = try old?.nextLine()
        var lines = try LineWriter(to: scratch("measurements.jsonl"))
        var cohorts = Cohorts()
        var nights = Nights()
        var batch = MeasuringBatch(shards: run.shards)
        var measured = 0
        let total = try run.catalogue.episodeCount()
        func flush() throws {
            for (measurements, line) in try batch.finish() {
                cohorts.add(measurements)
                nights.add(measurements)
                if let line { try lines.append(line: line) } else { try lines.append(measurements) }
            }
            run.log.progress("measuring", done: lines.lineCount, total: total)
            try StopRequest.check(during: "measuring episodes")
        }
        try run.catalogue.forEachEpisode { record in
            while let seen = candidate?.value, seen.episode < record.digest.hex {
                candidate = try old?.nextLine()
            }
            let seen = candidate?.value.episode == record.digest.hex ? candidate : nil
            if let seen, let measurements = seen.value.measurements {
                batch.add(measurements, line: seen.line)
            } else {
                batch.add(record, night: seen?.value.night ?? night)
                measured += 1
            }
            if batch.isFull { try flush() }
        }
        try flush()
        try lines.close()
        return (cohorts, nights, measured)
    }

    private func carriedOver(_ digest: Digest) throws -> LineReader<CarriedMeasurements>? {
        guard run.objects.exists(digest) else { return nil }  // lost: measured again
        try run.objects.verify(digest)
        return try LineReader(CarriedMeasurements.self, from: run.objects.url(of: digest))
    }

    /// S10: what is nearly the same as something better that no hard gate refuses.
    private func duplicates(_ gates: Gates) throws -> [String: Duplicate] {
        guard settings.mode(of: .nearDuplicate) != .off else { return [:] }
        var survey = DuplicateSurvey()
        try forEachMeasured { episode in
            if !gates.isRefused(episode) { survey.add(episode) }
        }
        return survey.duplicates(settings)
    }

    /// What the soft gates that act do to whom; nothing where none of them does.
    private func decide(_ gates: Gates, _ nights: Nights) throws -> SoftDecisions {
        let acting = Set(settings.actingGates)
        guard !acting.isEmpty else { return SoftDecisions() }
        var candidates: [SoftCandidate] = []
        var members: [DiversityCensus.Member] = []
        var (census, diversity) = (SoftCensus(), DiversityCensus(nights: nights))
        try forEachMeasured { episode in
            let findings = gates.findings(episode)
            guard findings.allSatisfy({ $0.isWarning }) else { return }
            census.add(episode)
            diversity.add(episode)
            let against = findings.filter { acting.contains($0.gate) }
            guard !against.isEmpty else { return }
            members.append(diversity.member(episode))
            candidates.append(
                SoftCandidate(
                    episode, excess: against.compactMap(\.excess).max() ?? 1,
                    wantsQuarantine: against.contains {
                        settings.mode(of: $0.gate) == .quarantine
                    }, weight: against.map { $0.weight ?? settings.downWeight }.min() ?? 1))
        }
        return SoftDecisions(
            candidates, census: census, settings: settings,
            novelty: EmbeddedCensus(diversity).novelty(of: members))
    }

    /// The measurements of all episodes, with outcomes as people have corrected them.
    private func forEachMeasured(_ body: (EpisodeMeasurements) throws -> Void) throws {
        let outcomes = review.outcomes
        var reader = try LineReader(EpisodeMeasurements.self, from: scratch("measurements.jsonl"))
        while var episode = try reader.next() {
            if let outcome = outcomes[episode.episode] { episode.outcome = outcome }
            try body(episode)
        }
    }

    /// Last pass: verdicts, findings and the body of the snapshot.
    private func judge(
        _ gates: Gates, _ nights: Nights
    ) throws -> (QualityTally, DiversityCensus) {
        var census = DiversityCensus(nights: nights)
        var tally = QualityTally(
            intake: try run.catalogue.intakeCounts(), lastNight: nights.tonight)
        var entries = try LineWriter(to: scratch("entries.jsonl"))
        var findings = try LineWriter(to: scratch("findings.jsonl"))
        let corrected = review.outcomes
        try forEachMeasured { episode in
            let found = gates.findings(episode)
            let weight = gates.decisions.weight(of: episode.episode)
            tally.add(episode, found, weight: weight)
            for finding in found {
                try findings.append(StoredFinding(episode: episode.episode, finding: finding))
            }
            tally.night = max(tally.night, episode.night)
            guard !found.contains(where: { !$0.isWarning }) else { return }
            census.add(episode)
            try entries.append(
                SnapshotEntry(
                    episode: episode.episode, weight: weight,
                    neverPositive: episode.hasSafetyMark && settings.mode(of: .safetyMark) != .off,
                    outcome: corrected[episode.episode]))
        }
        try entries.close()
        try findings.close()
        return (tally, census)
    }

    private func publish(
        _ tally: QualityTally, _ diversity: DiversityFigures
    ) throws -> StageResult<QualitySummary> {
        let snapshot = try run.objects.put(file: try snapshotFile(entryCount: tally.accepted))
        let measurements = try run.objects.put(file: scratch("measurements.jsonl"))
        let report = QualityReport(
            tally: tally, settings: settings, snapshot: snapshot, figures: diversity
        ).report()
        let encoded = try encodedReport(report, QualityFigures(tally), diversity)
        try DurableFile.write(encoded, to: run.directory.appending(path: "report.json"))
        try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
        let summary = QualitySummary(tally: tally, snapshot: snapshot)
        let findings = scratch("findings.jsonl")
        let attempt = run.attempt
        return StageResult(
            outputs: [
                try artefact("snapshot", snapshot), try artefact("measurements", measurements),
                try artefact("report", try run.objects.put(encoded)),
            ], summary: summary,
            also: { try recordFindings(from: findings, of: attempt, in: $0) })
    }

    private func artefact(_ kind: String, _ digest: Digest) throws -> Artefact {
        let size = try run.objects.url(of: digest).resourceValues(forKeys: [.fileSizeKey]).fileSize
        return Artefact(kind: kind, name: kind, digest: digest, byteCount: size ?? 0)
    }

    /// The header line, then the entries, already in the order of digests.
    private func snapshotFile(entryCount: Int) throws -> URL {
        var lines = try LineWriter(to: scratch("snapshot.jsonl"))
        try lines.append(SnapshotHeader(episodes: entryCount))
        var entries = try LineReader(SnapshotEntry.self, from: scratch("entries.jsonl"))
        while let entry = try entries.next() { try lines.append(entry) }
        try lines.close()
        return scratch("snapshot.jsonl")
    }
}

/// Streams findings into the transaction that publishes the attempt.
private func recordFindings(
    from url: URL, of attempt: Attempt, in transaction: Transaction
) throws {
    var reader = try LineReader(StoredFinding.self, from: url)
    var batch: [FindingRecord] = []
    while let stored = try reader.next() {
        batch.append(try stored.record())
        if batch.count == 200 {
            try transaction.recordFindings(batch, of: attempt)
            batch.removeAll(keepingCapacity: true)
        }
    }
    if !batch.isEmpty { try transaction.recordFindings(batch, of: attempt) }
}

/// The first line of a snapshot.
struct SnapshotHeader: Codable {
    var format = "nightshift.snapshot"
    var version = 1
    let episodes: Int
}

/// An episode of a snapshot.
struct SnapshotEntry: Codable {
    let episode: String
    let weight: Double
    /// Marked by gate H11: kept as an example of what not to do.
    let neverPositive: Bool
    /// What a person has said that the outcome is; absent where nobody has.
    let outcome: Outcome?
}

/// A finding on its way to the catalogue.
private struct StoredFinding: Codable {
    let episode: String
    let finding: GateFinding

    func record() throws -> FindingRecord {
        FindingRecord(
            episode: try Digest(hex: episode), gate: finding.gate.rawValue,
            severity: finding.isWarning ? .warn : .quarantine, message: finding.message,
            value: finding.value, threshold: finding.threshold)
    }
}
