import Foundation

/// Tells a person on standard error how the night goes: live on a terminal, a line a stage otherwise.
struct NightProgress: Sendable {
    private let isTerminal = isatty(2) == 1
    private let width: Int

    init() {
        var size = winsize()
        let isKnown = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        width = isKnown ? Int(size.ws_col) : 100
    }

    /// Says something that stays.
    func say(_ line: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + line + "\n")
    }

    /// Shows the newest line of a stage's log; on a terminal only, where it replaces the last one.
    func show(_ line: String, of stage: String) {
        guard isTerminal else { return }
        let text = printable("  \(stage)  \(line)")
        write("\r\u{1B}[K" + text.prefix(width - 1))
    }

    /// Removes what ``show(_:of:)`` left.
    func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    private func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    }
}
