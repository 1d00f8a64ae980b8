import Catalogue
import EpisodeStore
import Foundation
import Reports
import StageRuns

/// The page about a whole run: what each stage did, and then what each stage reports, in order.
struct RunReport {
    let result: NightResult
    let ledger: RunLedger
    let workspace: Workspace

    /// Writes the page for people, and the same as JSON beside it.
    func write(to page: URL) throws {
        let report = try report()
        try DurableFile.write(report.html(), to: page)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let file = page.deletingPathExtension().appendingPathExtension("json")
        try DurableFile.write([UInt8](try encoder.encode(report)), to: file)
    }

    /// The page as a value.
    func report() throws -> Report {
        var sections = [Report.Section("The night", overview)]
        for stage in result.stages where stage.state == .succeeded {
            guard let found = try stageReport(stage.stage) else { continue }
            sections.append(
                Report.Section(
                    stage.stage, [.paragraph(found.subtitle)] + found.sections.flatMap(blocks)))
        }
        return Report(title: "Run \(result.run)", subtitle: subtitle, sections: sections)
    }

    private var subtitle: String {
        let end = result.lines.first.map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? ""
        return end.prefix(1).uppercased() + end.dropFirst() + "."
    }

    private var overview: [Report.Block] {
        var blocks: [Report.Block] = [.tiles(tiles)]
        blocks.append(
            .table(
                Report.Table(
                    columns: [
                        .init("Stage"), .init("State"), .init("Time", .right),
                        .init("What it did"),
                    ],
                    rows: result.stages.map { stage in
                        [
                            stage.stage, stage.reused ? "nothing new" : stage.state.rawValue,
                            NightResult.duration(stage.seconds), stage.headline,
                        ]
                    })))
        for stage in result.stages {
            guard let message = stage.message else { continue }
            blocks.append(
                .paragraph("\(stage.stage) ended early: \(message) Its log: \(stage.log)"))
        }
        return blocks
    }

    private var tiles: [Report.Tile] {
        [
            Report.Tile(
                "State", result.nothingNew ? "nothing new" : result.state.rawValue,
                tone: result.state == .succeeded ? .good : .bad),
            Report.Tile("Time", NightResult.duration(result.seconds)),
            Report.Tile("Release", result.release.map { String($0.prefix(12)) } ?? "none"),
            Report.Tile("Channel", result.channel ?? "none"),
        ]
    }

    private func blocks(of section: Report.Section) -> [Report.Block] {
        [.paragraph(section.title)] + section.blocks
    }

    /// What the stage's newest success kept as its report; nil if it keeps none.
    private func stageReport(_ stage: String) throws -> Report? {
        guard let attempt = try ledger.catalogue.latestSucceeded(stage: stage),
            let artefact = attempt.outputs(ofKind: "report").first
        else { return nil }
        let bytes = try ObjectStore(workspace: workspace.root).read(artefact.digest)
        return try JSONDecoder().decode(Report.self, from: Data(bytes))
    }
}
