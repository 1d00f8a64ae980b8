/// Colours of a terminal; none where the output is a file or a pipe.
struct Terminal {
    let width: Int
    let hasColours: Bool

    func strong(_ text: String) -> String { hasColours ? "\u{1b}[1m\(text)\u{1b}[0m" : text }

    func quiet(_ text: String) -> String { hasColours ? "\u{1b}[2m\(text)\u{1b}[0m" : text }

    func coloured(_ text: String, _ tone: Report.Tone) -> String {
        guard hasColours, let code = code(of: tone) else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    private func code(of tone: Report.Tone) -> Int? {
        switch tone {
        case .plain: nil
        case .good: 32
        case .caution: 33
        case .bad: 31
        }
    }
}

/// Text that cannot move the cursor or colour the terminal, whatever a robot wrote into it.
func printable(_ text: String) -> String {
    String(text.map { $0.unicodeScalars.contains(where: isInvisibleControl) ? "\u{fffd}" : $0 })
}

/// Lines of at most `width` characters, broken at spaces, those after the first indented.
func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var current = ""
    for word in printable(text).split(separator: " ") {
        if !current.isEmpty && current.count + 1 + word.count > width {
            lines.append(current)
            current = indent + word
        } else {
            current += current.isEmpty ? String(word) : " " + word
        }
    }
    return lines + (current.isEmpty ? [] : [current])
}

/// Rows of cells as lines: wide columns of words are cut until the row fits the terminal.
///
/// Columns that do not fit even so are left out, the last first: half a number would be another number.
func aligned(
    _ rows: [[String]], alignments: [Report.Table.Alignment], width: Int
) -> [String] {
    let cells = rows.map { $0.map(printable) }
    var widths = alignments.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let fitting = fittingColumns(widths, alignments, width: width)
    widths.removeLast(widths.count - fitting)
    while widths.reduce(0, +) + 2 * widths.count > width {
        let words = widths.indices.filter { alignments[$0] == .left && widths[$0] > leastWidth }
        guard let widest = words.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
    }
    return cells.map { row in
        let padded = widths.indices.map { column in
            let text = cut(row[column], to: widths[column])
            let space = String(repeating: " ", count: max(0, widths[column] - text.count))
            return alignments[column] == .left ? text + space : space + text
        }
        let line = "  " + padded.joined(separator: "  ")
        return cut(String(line.reversed().drop { $0 == " " }.reversed()), to: width)
    }
}

/// Columns of words are cut to no less than this.
private let leastWidth = 12

/// How many of the first columns fit, words cut as far as they may be; one at least.
private func fittingColumns(
    _ widths: [Int], _ alignments: [Report.Table.Alignment], width: Int
) -> Int {
    var used = 0
    for (column, wanted) in widths.enumerated() {
        used += 2 + (alignments[column] == .left ? min(wanted, leastWidth) : wanted)
        if used > width { return max(1, column) }
    }
    return widths.count
}

private func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
}

/// A line of blocks, one a value, at most `limit`; a gap where there is no number.
func blockLine(_ values: [Double], lowest: Double? = nil, limit: Int = 30) -> String {
    let known = values.filter(\.isDrawable)
    guard let smallest = known.min(), let high = known.max() else { return "" }
    let low = min(lowest ?? smallest, smallest)
    let marks = Array("▁▂▃▄▅▆▇█")
    let count = min(limit, values.count)
    return String(
        (0..<count).map { index in
            let value = values[index * (values.count - 1) / max(1, count - 1)]
            guard value.isDrawable else { return " " }
            return marks[high > low ? Int((value - low) / (high - low) * 7) : 3]
        })
}
