import Catalogue
import MorningReports
import StageRuns

/// What was refused, what is doubtful, and how diverse the night was.
extension MorningGathering {
    func addQuality(to report: inout MorningReport) throws {
        report.intake = try intake()
        let kept = try artefact("report", of: "filter-by-quality")
        if let attempt = summary(of: "filter-by-quality")["attempt"].string,
            let window = history.entries.last?.window
        {
            let tonight = try catalogue.findings(attempt: attempt, about: window)
            let all = try catalogue.findings(
                attempt: attempt, about: IntakeWindow(after: "", upTo: window.upTo))
            report.gates = gates(all: all, tonight: tonight, named: kept["quality"])
            report.offenders = offenders(
                tonight, try catalogue.objections(attempt: attempt, about: window))
        }
        report.downWeighted = kept["quality"]["down_weighted"].count
        report.review = kept["quality"]["review"].elements.map {
            MorningReport.ReviewItem(
                episode: $0["episode"].string ?? "", gate: $0["gate"].string ?? "",
                reason: $0["reason"].string ?? "")
        }
        report.diversity = diversity(kept["diversity"])
    }

    /// What ingest did this night; nil where it did not run.
    private func intake() throws -> MorningReport.Intake? {
        let summary = summary(of: "ingest")
        guard let window = history.entries.last?.window, summary != .none else { return nil }
        let isOld = isReused("ingest")
        let refusals = try catalogue.refusals(window)
        return MorningReport.Intake(
            duplicates: isOld ? 0 : summary["episodes_duplicate"].count ?? 0,
            accepted: isOld ? 0 : summary["episodes_accepted"].count ?? 0,
            quarantined: isOld ? 0 : summary["episodes_quarantined"].count ?? 0,
            filesIn: isOld ? 0 : summary["files_in"].count ?? 0,
            unreadableFiles: refusals.reduce(0) { $0 + $1.files },
            unreadableExample: refusals.first { $0.files > 0 }?.fileExample,
            reasons: refusals.prefix(50).map {
                MorningReport.Reason(
                    code: $0.reason, count: $0.count, files: $0.files, example: $0.example)
            })
    }

    private func gates(
        all: [RobotFindings], tonight: [RobotFindings], named: ConfigurationValue
    ) -> [MorningReport.Gate] {
        var gates: [String: MorningReport.Gate] = [:]
        func gate(_ id: String) -> MorningReport.Gate {
            gates[id]
                ?? MorningReport.Gate(
                    id: id, name: "", refused: 0, warned: 0, refusedTonight: 0, warnedTonight: 0,
                    example: "")
        }
        for found in all {
            var one = gate(found.gate)
            if found.severity == .quarantine {
                one.refused += found.count
            } else {
                one.warned += found.count
            }
            if one.example.isEmpty { one.example = found.example }
            gates[found.gate] = one
        }
        for found in tonight {
            var one = gate(found.gate)
            if found.severity == .quarantine {
                one.refusedTonight += found.count
            } else {
                one.warnedTonight += found.count
            }
            if found.severity == .quarantine || one.refusedTonight == 0 {
                one.example = found.example
            }
            gates[found.gate] = one
        }
        for entry in named["gates"].elements {
            guard let id = entry["id"].string, gates[id] != nil else { continue }
            gates[id]?.name = entry["name"].string ?? ""
        }
        return gates.values.map(\.withNameApart).sorted {
            ($1.refused, $1.warned, $0.id) < ($0.refused, $0.warned, $1.id)
        }
    }

    /// Robots with objections, the worst first.
    private func offenders(
        _ tonight: [RobotFindings], _ objections: [RobotObjections]
    ) -> [MorningReport.Offender] {
        let episodes = Dictionary(grouping: history.tonight) { $0.robot ?? "not stated" }
            .mapValues { $0.reduce(0) { $0 + $1.episodes } }
        let counts = Dictionary(grouping: objections) { $0.robot ?? "not stated" }
        let robots = Dictionary(grouping: tonight) { $0.robot ?? "not stated" }
        return robots.map { robot, findings in
            func count(_ severity: FindingSeverity) -> Int {
                counts[robot]?.first { $0.severity == severity }?.episodes ?? 0
            }
            let refused = findings.filter { $0.severity == .quarantine }
            let worst = (refused.isEmpty ? findings : refused).max { $0.count < $1.count }
            return MorningReport.Offender(
                robot: robot, episodes: episodes[robot] ?? 0, refused: count(.quarantine),
                warned: count(.warn), reason: worst?.example ?? "")
        }
        .sorted { ($1.refused, $1.warned, $0.robot) < ($0.refused, $0.warned, $1.robot) }
    }

    private func diversity(_ kept: ConfigurationValue) -> MorningReport.Diversity? {
        guard kept != .none else { return nil }
        let vendi = kept["vendi"]
        let coverage = kept["coverage"]
        return MorningReport.Diversity(
            embedding: kept["embedding"].string ?? "unknown",
            vendiTonight: vendi["tonight"].number, vendiCorpus: vendi["corpus"].number,
            vendiEpisodes: vendi["episodes"].count, gainPer100: vendi["gain_per_100"].number,
            cells: coverage["cells"].count, cellsHit: coverage["hit"].count,
            cellsHitBefore: coverage["hit_before"].count,
            noveltyMedian: kept["novelty"]["median_percentile"].number,
            noveltyAbove95: kept["novelty"]["share_above_95"].number,
            effective: kept["effective"].elements.map {
                MorningReport.Effective(
                    factor: $0["factor"].string ?? "", number: $0["number"].number ?? 0,
                    of: $0["of"].count ?? 0)
            }, redundancy: kept["redundancy"].number,
            tasks: kept["tasks"].elements.prefix(200).map {
                MorningReport.TaskDiversity(
                    task: $0["task"].string ?? "", new: $0["new"].count ?? 0,
                    total: $0["total"].count ?? 0, vendi: $0["vendi"].number,
                    novelty: $0["novelty"].number,
                    information: $0["information"].number, successes: $0["successes"].count,
                    failures: $0["failures"].count)
            },
            drift: kept["drift"].elements.prefix(200).compactMap { one in
                one["divergence"].number.map {
                    MorningReport.Drift(
                        measure: one["measure"].string ?? "", slice: one["slice"].string ?? "",
                        divergence: $0, null99: one["null_99"].number, isAlarm: one["alarm"].flag)
                }
            })
    }
}

extension MorningReport.Gate {
    /// The name that a reason begins with, moved out of the example: `H3 gaps: 0.84 s between …`.
    fileprivate var withNameApart: MorningReport.Gate {
        guard example.hasPrefix(id + " "), let colon = example.firstIndex(of: ":") else {
            return self
        }
        var gate = self
        let title = example[..<colon].dropFirst(id.count + 1)
        gate.name = name.isEmpty ? String(title) : name
        gate.example = String(example[example.index(after: colon)...].drop { $0 == " " })
        return gate
    }
}
