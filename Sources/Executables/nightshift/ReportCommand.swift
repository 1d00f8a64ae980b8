import Foundation
import Nightly
import StageCommands
import StageRuns

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Prints the morning report of a run, or writes it as a page for a browser.",
        discussion: """
            Every run writes its page as runs/<run>/report.html; this gathers it anew.

            Examples:
              nightshift report
              nightshift report 2026-03-02-020000 --html monday.html
            """)

    @OptionGroup var options: WorkspaceOptions
    @Argument(help: "The run; the latest that ended if not given.") var named: String?
    @Option(
        help: ArgumentHelp("Write one self-contained page to this file.", valueName: "file"))
    var html: String?

    func run() throws {
        let options = try options.resolvedExisting()
        let page = try RunPage(run: named, options: options)
        if let html { try page.write(to: URL(filePath: html)) }
        try printResult(page, asJSON: options.json) { page in
            html.map { ["The report of run \(page.run) is in \($0)"] }
                ?? page.lines(width: TerminalSize.columns, colours: TerminalSize.hasColours)
        }
    }
}

/// What standard output is.
private enum TerminalSize {
    /// Columns of the terminal; 100 where there is none, unless COLUMNS says otherwise.
    static var columns: Int {
        let said = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init)
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return said ?? 100
        }
        return min(Int(size.ws_col), 160)
    }

    /// Whether colours would be seen: on a terminal that has them, unless NO_COLOR is set.
    static var hasColours: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR"] == nil
            && environment["TERM"] != "dumb"
    }
}
