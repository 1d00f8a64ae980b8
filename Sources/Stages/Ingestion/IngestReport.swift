import Reports

/// The page that a person reads about one ingest.
func ingestReport(_ summary: IngestSummary, _ verdicts: FileVerdicts) -> Report {
    Report(
        title: "Ingest", subtitle: summary.headline + ".",
        sections: [
            Report.Section("What came in", [.tiles(tiles(summary)), .table(counts(summary))]),
            Report.Section("Files and refusals", [.table(lines(verdicts))] + omitted(verdicts)),
        ] + warnings(verdicts))
}

private func tiles(_ summary: IngestSummary) -> [Report.Tile] {
    let refused = summary.episodesQuarantined + summary.filesQuarantined
    return [
        Report.Tile("new episodes", "\(summary.episodesAccepted)", tone: .good),
        Report.Tile("steps", "\(summary.steps)"),
        Report.Tile("known already", "\(summary.episodesDuplicate)"),
        Report.Tile("refused", "\(refused)", tone: refused == 0 ? .plain : .caution),
        Report.Tile(
            "stored", "\((summary.bytesStored + 999_999) / 1_000_000) MB",
            note: "of \((summary.bytesIn + 999_999) / 1_000_000) MB recorded"),
    ]
}

private func counts(_ summary: IngestSummary) -> Report.Table {
    let outcomes = summary.outcomes.sorted { $0.key < $1.key }.map { ["new: \($0)", "\($1)"] }
    let reasons = summary.reasons.sorted { $0.key < $1.key }.map { ["refused: \($0)", "\($1)"] }
    return Report.Table(
        columns: [.init("count"), .init("", .right)],
        rows: [
            ["episodes in", "\(summary.episodesIn)"],
            ["= new", "\(summary.episodesAccepted)"],
            ["+ known", "\(summary.episodesDuplicate)"],
            ["+ refused", "\(summary.episodesQuarantined)"],
            ["files in", "\(summary.filesIn)"],
            ["= read", "\(summary.filesAccepted)"],
            ["+ known", "\(summary.filesDuplicate)"],
            ["+ refused", "\(summary.filesQuarantined)"],
            ["+ left, still being written", "\(summary.filesLeft)"],
        ] + outcomes + reasons)
}

private func lines(_ verdicts: FileVerdicts) -> Report.Table {
    Report.Table(
        columns: [.init("what"), .init("verdict"), .init("why")],
        rows: verdicts.lines.map { [$0.name, $0.verdict, $0.message] })
}

private func omitted(_ verdicts: FileVerdicts) -> [Report.Block] {
    let rest = verdicts.lineCount - verdicts.lines.count
    return rest > 0 ? [.paragraph("\(rest) more are in the catalogue.")] : []
}

private func warnings(_ verdicts: FileVerdicts) -> [Report.Section] {
    guard !verdicts.warnings.isEmpty else { return [] }
    return [
        Report.Section("Warnings", verdicts.warnings.map { .paragraph($0) })
    ]
}
