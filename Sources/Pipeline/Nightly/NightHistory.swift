import Catalogue
import Episodes
import Foundation
import MorningReports
import StageRuns

/// The nights of a pipeline up to a run, and what came in between them.
///
/// An episode belongs to the first night that ended after it was ingested, so that what was ingested by
/// hand counts for the night that saw it first, and every episode counts once.
struct NightHistory {
    /// Nights that a report looks back on.
    static let limit = 30

    /// One run with the window in which its episodes came in.
    struct Entry {
        let record: RunRecord
        let window: IntakeWindow
        let result: NightResult?
    }

    /// The oldest first; the last is the run that is reported.
    let entries: [Entry]
    private let groups: [[IntakeGroup]]
    private let rates: [String: Double]
    private let releases: [[String]]
    /// Tasks that several embodiments have.
    private let sharedTasks: Set<String>

    /// What came in last night, by everything that is told apart.
    var tonight: [IntakeGroup] { groups.last ?? [] }

    init(catalogue: ExperienceCatalogue, upTo run: RunRecord, result: NightResult) throws {
        let all = try catalogue.runs(limit: 1000).filter { $0.pipeline == run.pipeline }.reversed()
        let before = all.prefix { $0.id != run.id }.filter { $0.finishedAt != nil }
        let finished = try Self.windows(of: Array(before) + [run], result: result)
        var found: [(Entry, [IntakeGroup])] = []
        for entry in finished.suffix(Self.limit * 4) {
            let groups = try catalogue.intakeGroups(entry.window)
            let isIdle = entry.result?.nothingNew == true && groups.isEmpty
            if !isIdle || entry.record.id == run.id { found.append((entry, groups)) }
        }
        found = found.suffix(Self.limit)
        entries = found.map(\.0)
        groups = found.map(\.1)
        let embodiments = Dictionary(grouping: groups.joined(), by: \.instruction)
            .mapValues { Set($0.map(\.embodiment)).count }
        sharedTasks = Set(embodiments.filter { $0.value > 1 }.keys)
        var rates: [String: Double] = [:]
        for name in Set(groups.joined().map(\.embodiment)) {
            rates[name] = try catalogue.anyEpisode(ofEmbodiment: name)?
                .metadata.embodiment.controlRateHertz
        }
        self.rates = rates
        let moves = try catalogue.channelHistory().map(\.entry).filter {
            $0.action == .moved && $0.channel == "production"
        }
        releases = entries.map { entry in
            moves.filter { $0.at > entry.window.after && $0.at <= entry.window.upTo }
                .compactMap { $0.release.map { String($0.prefix(12)) } }
        }
    }

    private static func windows(of runs: [RunRecord], result: NightResult) throws -> [Entry] {
        var after = ""
        return try runs.map { run in
            let end = second(run.finishedAt ?? timestamp())
            defer { after = end }
            let known =
                run.id == result.run
                ? result
                : try run.summaryJSON.map {
                    try JSONDecoder().decode(NightResult.self, from: Data($0.utf8))
                }
            return Entry(
                record: run, window: IntakeWindow(after: after, upTo: end), result: known)
        }
    }

    /// The second of an instant as ingest writes it, which sorts after all instants within it.
    private static func second(_ instant: String) -> String { instant.prefix(19) + "Z" }

    /// The nights as the report shows them.
    var nights: [ReportedNight] {
        let days = Set(entries.map { $0.record.startedAt.prefix(10) })
        let isDaily = days.count == entries.count
        return (0..<entries.count).map { index in
            let entry = entries[index]
            return ReportedNight(
                run: entry.record.id, label: label(entry.record.startedAt, isDaily: isDaily),
                tasks: tasks(groups[index]), released: releases[index],
                seconds: entry.result?.seconds ?? 0)
        }
    }

    /// Month and day; the time, where several nights share a day.
    private func label(_ instant: String, isDaily: Bool) -> String {
        String(isDaily ? instant.dropFirst(5).prefix(5) : instant.dropFirst(11).prefix(5))
    }

    private func tasks(_ groups: [IntakeGroup]) -> [TaskNight] {
        Dictionary(grouping: groups, by: taskName).map { name, groups in
            TaskNight(
                task: name, tally: tally(groups),
                autonomous: tally(groups.filter { !$0.isDemonstration }))
        }.sorted { $0.task < $1.task }
    }

    /// The task in words, with the embodiment where several have it.
    func taskName(_ group: IntakeGroup) -> String {
        sharedTasks.contains(group.instruction)
            ? "\(group.instruction) (\(group.embodiment))" : group.instruction
    }

    /// Groups that share what `name` says, the largest first, with their nights.
    func breakdown(_ title: String, limit: Int, by name: (IntakeGroup) -> String?)
        -> MorningReport.Breakdown?
    {
        let nightly = groups.map { Dictionary(grouping: $0) { name($0) ?? "not stated" } }
        let tonight = nightly.last ?? [:]
        guard !(tonight.isEmpty || tonight.count == 1 && tonight["not stated"] != nil) else {
            return nil
        }
        let ordered = tonight.mapValues(tally).sorted {
            ($1.value.episodes, $0.key) < ($0.value.episodes, $1.key)
        }
        return MorningReport.Breakdown(
            title: title,
            groups: ordered.prefix(limit).map { key, tally in
                MorningReport.Group(
                    name: key, tally: tally,
                    trend: nightly.map { groups in
                        Double(groups[key]?.reduce(0) { $0 + $1.episodes } ?? 0)
                    })
            }, groupCount: ordered.count)
    }

    /// The counts of groups together.
    func tally(_ groups: [IntakeGroup]) -> Tally {
        groups.reduce(into: Tally()) { $0.add(tally(of: $1)) }
    }

    private func tally(of group: IntakeGroup) -> Tally {
        var tally = Tally()
        tally.episodes = group.episodes
        tally.corrected = group.isDemonstration ? 0 : group.corrected
        tally.demonstrations = group.isDemonstration ? group.episodes : 0
        let period = rates[group.embodiment].map { $0 > 0 ? 1 / $0 : 0 } ?? 0
        tally.seconds = Double(group.steps) * period
        switch group.outcome {
        case .success: tally.successes = group.episodes
        case .failure: tally.failures = group.episodes
        case .unlabelled: return tally
        }
        tally.labelledSeconds = tally.seconds
        tally.successSeconds = group.outcome == .success ? tally.seconds : 0
        tally.squaredSeconds = Double(group.squaredSteps) * period * period
        return tally
    }
}
