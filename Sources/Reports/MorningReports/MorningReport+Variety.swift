import Reports

extension MorningReport {
    /// How diverse last night was, and what to collect today.
    var variety: Report.Section? {
        let blocks = collect + (diversity.map(blocks) ?? [])
        return blocks.isEmpty ? nil : Report.Section("Diversity, and what to collect today", blocks)
    }

    private var collect: [Report.Block] {
        guard !plateaus.isEmpty else { return [] }
        return cutTable(
            [
                .init("task"), .init("points from twice the data", .right),
                .init("does more of the same help?"),
            ],
            plateaus
        ) { plateau in
            let verdict = plateau.verdict.prefix(1).uppercased() + plateau.verdict.dropFirst()
            let interval = plateau.lower.map {
                " (\(points($0)) to \(optional(plateau.upper, points)))"
            }
            return [
                plateau.task, optional(plateau.gainPerDoubling, points),
                "\(verdict)\(interval ?? ""). \(plateau.collect)",
            ]
        }
    }

    private func blocks(_ diversity: Diversity) -> [Report.Block] {
        var blocks: [Report.Block] = [.tiles(tiles(diversity))]
        if !diversity.effective.isEmpty {
            blocks.append(
                .bars(
                    Report.BarChart(
                        title:
                            "Effective numbers: how many equally common values would be as diverse",
                        parts: [],
                        bars: diversity.effective.prefix(10).map {
                            .init(
                                $0.factor, [$0.number],
                                note: "\(shortNumber($0.number)) of \(shortNumber(Double($0.of)))")
                        })))
        }
        if !diversity.tasks.isEmpty { blocks += tasks(diversity.tasks) }
        if !diversity.drift.isEmpty { blocks += drift(diversity.drift) }
        blocks.append(.paragraph("Likeness is measured in: \(diversity.embedding)."))
        return blocks
    }

    private func tiles(_ diversity: Diversity) -> [Report.Tile] {
        let cells = diversity.cellsHit.map { hit in
            (hit, hit - (diversity.cellsHitBefore ?? hit), diversity.cells ?? 0)
        }
        return [
            Report.Tile(
                "Vendi score of last night", optional(diversity.vendiTonight, shortNumber),
                note: optional(diversity.vendiCorpus) {
                    "\(shortNumber($0)) for as many known episodes"
                }),
            Report.Tile(
                "100 more episodes add", optional(diversity.gainPer100, shortNumber),
                note: "to the Vendi score"),
            Report.Tile(
                "cells reached", cells.map { shortNumber(Double($0.0)) } ?? "–",
                note: cells.map { "\($0.1) of them new, of \(shortNumber(Double($0.2)))" } ?? ""),
            Report.Tile(
                "novel episodes", optional(diversity.noveltyAbove95, percentage),
                note: "5 % is what chance gives"),
            Report.Tile(
                "near-duplicates", optional(duplicates ?? diversity.redundancy, percentage),
                note: "of last night's episodes"),
        ]
    }

    /// The share of last night's episodes that gate S10 noted; nil where it noted none.
    private var duplicates: Double? {
        guard let gate = gates.first(where: { $0.id == "S10" }), let tonight,
            tonight.total.episodes > 0
        else { return nil }
        return Double(gate.refusedTonight + gate.warnedTonight) / Double(tonight.total.episodes)
    }

    private func tasks(_ tasks: [TaskDiversity]) -> [Report.Block] {
        cutTable(
            [
                .init("task"), .init("new", .right), .init("all", .right), .init("Vendi", .right),
                .init("novelty percentile", .right), .init("states tell of actions", .right),
                .init("successes", .right), .init("failures", .right),
            ], tasks
        ) { task in
            [
                task.task, shortNumber(Double(task.new)), shortNumber(Double(task.total)),
                optional(task.vendi, shortNumber), optional(task.novelty, percentage),
                optional(task.information) { "\(shortNumber(max(0, $0))) nats" },
                optional(task.successes.map(Double.init), shortNumber),
                optional(task.failures.map(Double.init), shortNumber),
            ]
        }
    }

    /// What needs a human stands open, all comparisons are folded.
    private func drift(_ drift: [Drift]) -> [Report.Block] {
        let alarms = drift.filter(\.isAlarm)
        let all = Report.Block.details(
            summary: alarms.isEmpty
                ? "No drift against the 30 nights before, in \(counted(drift.count, "comparison"))"
                : "All \(counted(drift.count, "comparison")) with the 30 nights before",
            blocks: table(drift, limit: 40))
        return alarms.isEmpty
            ? [all]
            : [.heading("Drift against the 30 nights before")] + table(alarms, limit: 12) + [all]
    }

    private func table(_ drift: [Drift], limit: Int) -> [Report.Block] {
        cutTable(
            [
                .init("what moved"), .init("of"), .init("divergence", .right),
                .init("chance, 99 %", .right), .init("verdict"),
            ],
            drift.sorted { $0.divergence - ($0.null99 ?? 0) > $1.divergence - ($1.null99 ?? 0) },
            limit: limit
        ) {
            [
                $0.measure, $0.slice, shortNumber($0.divergence), optional($0.null99, shortNumber),
                $0.isAlarm ? "needs a human" : "chance",
            ]
        }
    }
}
