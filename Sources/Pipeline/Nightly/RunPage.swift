import Digests
import EpisodeStore
package import Foundation
package import MorningReports
import Reports
package import StageRuns

/// The morning report of a run that has ended, gathered from the catalogue and what stages kept.
package struct RunPage: Encodable, Sendable {
    /// The run's name.
    package let run: String
    /// The page for a browser, as it was written when the run ended.
    package let page: String
    /// What it says.
    package let report: MorningReport
    private let appendix: [Report.Section]

    private enum CodingKeys: String, CodingKey { case run, page, report }

    /// Gathers the report of the run `id`, or of the latest run.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if there is no such run, or it has not ended.
    package init(run id: String?, options: StageOptions) throws {
        let workspace = try Workspace(root: options.workspace)
        let ledger = try RunLedger(workspace: workspace, databaseURL: options.databaseURL)
        try self.init(result: try ledger.result(ofRun: id), ledger: ledger, workspace: workspace)
    }

    init(result: NightResult, ledger: RunLedger, workspace: Workspace) throws {
        let gathering = try MorningGathering(result: result, ledger: ledger, workspace: workspace)
        run = result.run
        page = workspace.runDirectory(result.run).appending(path: "report.html").path
        report = try gathering.report()
        appendix = try gathering.stageReports()
    }

    /// The report as a person reads it in a terminal of that many columns.
    package func lines(width: Int, colours: Bool) -> [String] {
        [report.page.text(width: width, colours: colours), "In a browser: \(page)"]
    }

    /// The page for a browser: the report, and then what each stage has to say by itself, folded.
    package var html: String {
        var whole = report.page
        whole.sections += appendix
        return whole.html()
    }

    /// Writes the page, and nothing else, to a file.
    package func write(to file: URL) throws {
        do {
            try DurableFile.write(html, to: file)
        } catch {
            throw StageError.usage(
                "cannot write the report of run \(run) to \(file.path): \(error)",
                next: "Name a file in a folder that this user may write to.")
        }
    }

    /// Writes the page for people, and every number as JSON beside it.
    func write() throws {
        let file = URL(filePath: page)
        try write(to: file)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try DurableFile.write(
            [UInt8](try encoder.encode(report)),
            to: file.deletingPathExtension().appendingPathExtension("json"))
    }
}

extension MorningGathering {
    /// Each stage's own report, folded; none for stages that keep none.
    func stageReports() throws -> [Report.Section] {
        let details = try result.stages.compactMap { stage -> Report.Block? in
            guard let report = try stageReport(stage) else { return nil }
            let blocks = report.sections.flatMap { [.heading($0.title)] + $0.blocks }
            return .details(
                summary: stage.stage, blocks: [.paragraph(report.subtitle)] + blocks)
        }
        return details.isEmpty ? [] : [Report.Section("Stage by stage", details)]
    }

    private func stageReport(_ stage: NightResult.Stage) throws -> Report? {
        let outputs = summary(of: stage.stage)["outputs"].elements
        guard let hex = outputs.first(where: { $0["kind"].string == "report" })?["digest"].string
        else { return nil }
        let bytes = try ObjectStore(workspace: workspace.root).read(try Digest(hex: hex))
        return try JSONDecoder().decode(Report.self, from: Data(bytes))
    }
}
