import Foundation
package import StageRuns

extension NightResult {
    /// The summary that a person reads when the night is over.
    package var lines: [String] {
        let title =
            switch state {
            case .succeeded where nothingNew: "nothing new: no stage had work to do"
            case .succeeded: "the night is done"
            case .stopped: "the night was stopped"
            case .failed: "the night failed"
            case .running: "the night is running"
            }
        var lines = ["Run \(run): \(title) (\(Self.duration(seconds)))", ""]
        let width = stages.map(\.stage.count).max() ?? 0
        for stage in stages {
            let name = stage.stage.padding(toLength: width, withPad: " ", startingAt: 0)
            let time = Self.duration(stage.seconds)
            let padded = String(repeating: " ", count: max(0, 8 - time.count)) + time
            lines.append("  \(name)  \(stage.word)  \(padded)  \(stage.headline)")
        }
        lines.append("")
        if let release { lines.append("  release  \(release)") }
        if let channel { lines.append("  channel  \(channel)") }
        lines.append("  report   \(report)")
        return lines
    }

    static func duration(_ seconds: Double) -> String {
        guard seconds >= 60 else { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}

extension NightResult {
    /// The error with which the process ends, if a stage did not succeed: with the stage's exit code.
    package var failure: StageError? {
        if state == .stopped {
            return .locked(
                "the night was asked to stop" + (stages.last.map { " during \($0.stage)" } ?? ""),
                next: "Run the same command again; finished work is kept.")
        }
        guard state != .succeeded, let stage = stages.last else { return nil }
        let code = stage.exitCode.map { "exit code \($0)" } ?? "no exit code"
        let message = "\(stage.stage) failed with \(code): \(stage.message ?? "it said nothing")"
        let next = "Look into its log: \(stage.log)"
        return switch stage.exitCode {
        case 2: .usage(message, next: next)
        case 65: .inputRefused(message, next: next)
        case 69: .unavailable(message, next: next)
        case 75: .locked(message, next: next)
        default: .internalError(message, next: next)
        }
    }
}

extension NightResult.Stage {
    fileprivate var word: String {
        switch state {
        case .succeeded: reused ? "reused " : "done   "
        case .failed: "FAILED "
        case .stopped: "stopped"
        case .running: "running"
        }
    }

    /// One line that says what the stage did.
    var headline: String {
        if let message { return message.split(separator: "\n").first.map(String.init) ?? message }
        if let headline = summary.text(under: "headline") { return headline }
        guard case .map(let keys) = summary else { return "" }
        return keys.keys.sorted().compactMap { key in
            Self.isBookkeeping(key) ? nil : Self.fact(key, keys[key] ?? .none)
        }.joined(separator: ", ")
    }

    private static func isBookkeeping(_ key: String) -> Bool {
        ["stage", "key", "attempt", "seconds", "reused", "outputs", "state"].contains(key)
    }

    private static func fact(_ key: String, _ value: ConfigurationValue) -> String? {
        let name = key.replacing("_", with: " ")
        switch value {
        case .whole(let number): return "\(name) \(number)"
        case .number(let number): return "\(name) \(String(format: "%.4g", number))"
        case .text(let text) where text.count <= 40: return "\(name) \(text)"
        case .flag(let flag): return "\(name) \(flag ? "yes" : "no")"
        default: return nil
        }
    }
}
