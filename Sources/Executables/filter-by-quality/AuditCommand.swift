import Auditing
import Foundation
import StageCommands
import StageRuns

/// Asks whether a filter earns its place.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract:
            "Compares a filter with random and with shortest-first, by the policies that result.",
        discussion: """
            Fine-tunes on what the filter keeps, on as many episodes drawn at random, and on as \
            many of the shortest, several seeds each, and judges the policies in a simulator, or by \
            their error on held-out episodes.

            Example:
              filter-by-quality audit --workspace /data/nightshift --filter strict.yaml
            """)

    @OptionGroup var options: StageOptionGroup
    @Option(help: "Settings of filter-by-quality to be audited (default: the documented ones).")
    var filter: String?

    func run() throws {
        try runStage(options, text: \.lines) {
            try auditFilter(
                options: $0, filter: filter.map { URL(filePath: $0) },
                programs: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                    .deletingLastPathComponent())
        }
    }
}
