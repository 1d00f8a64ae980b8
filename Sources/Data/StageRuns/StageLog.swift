import Foundation
import Logging

/// What a stage tells people while it works: lines on standard error, and how far it is.
package struct StageLog: Sendable {
    private let logger: Logger
    private let stage: String
    private let isTerminal: Bool

    /// Makes the log of `stage`.
    package init(stage: String) {
        self.stage = stage
        isTerminal = isatty(2) == 1
        logger = Logger(label: stage) { _ in LineLogHandler(stage: stage) }
    }

    /// Something that a reader of the log wants to know.
    package func info(_ message: String) { logger.info("\(message)") }

    /// Something that a person should look at, although work goes on.
    package func warning(_ message: String) { logger.warning("\(message)") }

    /// Something that went wrong.
    package func error(_ message: String) { logger.error("\(message)") }

    /// How far the work is: a bar on a terminal, a line at every tenth otherwise.
    package func progress(_ label: String, done: Int, total: Int) {
        guard total > 0 else { return }
        if isTerminal {
            let filled = 30 * done / total
            let bar =
                String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            let end = done >= total ? "\n" : ""
            write("\r\u{1B}[K\(stage): \(label) \(bar) \(done)/\(total)\(end)")
        } else if done >= total || 10 * done / total != 10 * (done - 1) / total {
            info("\(label) \(done)/\(total)")
        }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Writes one line a message to standard error: time, level, stage, message.
private struct LineLogHandler: LogHandler {
    let stage: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(stage: String) { self.stage = stage }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = Date().formatted(.iso8601)
        let line = "\(time) \(event.level) \(stage): \(event.message)\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
