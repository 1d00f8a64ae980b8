import Foundation
package import Reports
package import StageRuns

/// The report of a run that has ended, as it was written then.
package struct RunPage: Encodable, Sendable {
    /// The run's name.
    package let run: String
    /// The page for a browser.
    package let page: String
    /// What it says.
    package let report: Report

    /// Reads the report of the run `id`, or of the latest run.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if there is no such run, or it has no report.
    package init(run id: String?, options: StageOptions) throws {
        let workspace = try Workspace(root: options.workspace)
        let ledger = try RunLedger(workspace: workspace, databaseURL: options.databaseURL)
        let result = try ledger.result(ofRun: id)
        let directory = workspace.runDirectory(result.run)
        let file = directory.appending(path: "report.json")
        run = result.run
        page = directory.appending(path: "report.html").path
        do {
            report = try JSONDecoder().decode(Report.self, from: Data(contentsOf: file))
        } catch {
            throw StageError.usage(
                "the report of run \(result.run) cannot be read: \(file.path): \(error)",
                next: "Run the night again: a run writes its report anew.")
        }
    }

    /// The report as a person reads it in a terminal.
    package var lines: [String] { [report.text(), "In a browser: \(page)"] }
}
