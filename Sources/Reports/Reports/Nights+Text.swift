extension Report.Sum {
    func text(_ terminal: Terminal) -> [String] {
        let counts = parts.map {
            terminal.coloured("\(shortNumber(Double($0.count))) \(printable($0.label))", $0.tone)
        }
        let whole = terminal.strong("\(shortNumber(Double(total))) \(printable(label))")
        let line = whole + " = " + counts.joined(separator: " + ")
        guard terminal.hasColours else { return wrapped(line, width: terminal.width, indent: "  ") }
        return [line]
    }
}

extension Report.TrendTable {
    func text(_ terminal: Terminal) -> [String] {
        let hasTrend = rows.contains { $0.trend.filter(\.isDrawable).count > 1 }
        let history = hasTrend ? ["nights", "usual"] : []
        let head = columns.prefix(2) + history + columns.dropFirst(2)
        let lines = rows.map { row in
            let line = hasTrend ? [blockLine(row.trend, lowest: 0, limit: 15), row.usual] : []
            return [row.name] + row.values.prefix(1) + line + row.values.dropFirst()
        }
        let alignments = head.indices.map { index -> Report.Table.Alignment in
            index == 0 || hasTrend && index == 2 ? .left : .right
        }
        let table = aligned([Array(head)] + lines, alignments: alignments, width: terminal.width)
        return [terminal.strong(printable(title))] + table.prefix(1).map(terminal.quiet)
            + table.dropFirst() + (more.isEmpty ? [] : ["  " + printable(more)])
    }
}

extension Report.IntervalMultiples {
    func text(_ terminal: Terminal) -> [String] {
        let rows = charts.map { chart -> [String] in
            let last = chart.points.last { $0.value.isDrawable }
            return [
                chart.title, blockLine(chart.points.map(\.value), lowest: 0),
                last.map { written($0.value) } ?? "–",
                last.map { "\(written($0.lower)) to \(written($0.upper))" } ?? "",
            ]
        }
        let table = aligned(
            rows, alignments: [.left, .left, .right, .right], width: terminal.width)
        let happened = marks.map { printable($0.label) }
        return [terminal.strong(printable(title))] + table
            + (happened.isEmpty
                ? [] : wrapped("  " + happened.joined(separator: "; "), width: terminal.width))
    }
}
