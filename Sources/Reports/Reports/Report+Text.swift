extension Report {
    /// The same report for a terminal of `width` columns; colours only where it is asked to.
    package func text(width: Int = 100, colours: Bool = false) -> String {
        let terminal = Terminal(width: max(30, width), hasColours: colours)
        var lines = mark.map { [terminal.quiet(printable($0))] } ?? []
        lines += wrapped(title, width: terminal.width).map(terminal.strong)
        lines += wrapped(subtitle, width: terminal.width)
        for section in sections {
            lines += [
                "", terminal.strong(printable(section.title)),
                terminal.quiet(
                    String(repeating: "─", count: min(terminal.width, section.title.count))),
            ]
            lines += section.blocks.flatMap { $0.text(terminal) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Report.Block {
    fileprivate func text(_ terminal: Terminal) -> [String] {
        switch self {
        case .paragraph(let text): wrapped(text, width: terminal.width)
        case .heading(let text):
            [""] + wrapped(text, width: terminal.width).map(terminal.strong)
        case .tiles(let tiles): tiles.text(terminal)
        case .verdict(let badge): badge.text(terminal)
        case .facts(let facts):
            aligned(
                facts.map { [$0.name, $0.value] }, alignments: [.left, .left],
                width: terminal.width)
        case .table(let table): table.text(terminal)
        case .bars(let chart): chart.text(width: terminal.width)
        case .lines(let chart): chart.text()
        case .multiples(let many): [printable(many.title)] + many.charts.flatMap { $0.text() }
        case .reliability(let plot): plot.text(terminal)
        case .sum(let sum): sum.text(terminal)
        case .list(let items):
            items.flatMap { wrapped("• " + $0, width: terminal.width, indent: "  ") }
        case .trends(let table): table.text(terminal)
        case .intervals(let charts): charts.text(terminal)
        case .strips(let strips):
            strips.flatMap { strip in
                wrapped(
                    "• \(strip.label): \(strip.title). \(strip.note)", width: terminal.width,
                    indent: "  ")
            } + [terminal.quiet("Their pictures are on the page for a browser.")]
        case .details(let summary, let blocks):
            [printable(summary)] + blocks.flatMap { $0.text(terminal) }
        }
    }
}

extension [Report.Tile] {
    fileprivate func text(_ terminal: Terminal) -> [String] {
        let lines = aligned(
            map { [$0.label, $0.value, blockLine($0.trend, lowest: 0, limit: 15), $0.note] },
            alignments: [.left, .right, .left, .left], width: terminal.width)
        return zip(self, lines).map { terminal.coloured($1, $0.tone) }
    }
}

extension Report.VerdictBadge {
    fileprivate func text(_ terminal: Terminal) -> [String] {
        let tone: Report.Tone =
            switch value {
            case .pass: .good
            case .fail: .bad
            case .undecided: .caution
            }
        return [terminal.coloured("[\(value.rawValue.uppercased())]", tone)]
            + reasons.flatMap { wrapped("• " + $0, width: terminal.width, indent: "  ") }
    }
}

extension Report.Table {
    fileprivate func text(_ terminal: Terminal) -> [String] {
        let lines = aligned(
            [columns.map(\.title)] + rows, alignments: columns.map(\.alignment),
            width: terminal.width)
        return lines.prefix(1).map(terminal.quiet) + lines.dropFirst()
    }
}

extension Report.ReliabilityPlot {
    fileprivate func text(_ terminal: Terminal) -> [String] {
        [printable(title)]
            + aligned(
                [["foretold", "happened", "episodes"]]
                    + bins.filter { $0.count > 0 }.map {
                        [percentage($0.predicted), percentage($0.observed), String($0.count)]
                    }, alignments: [.right, .right, .right], width: terminal.width)
    }
}

extension Report.BarChart {
    fileprivate func text(width: Int) -> [String] {
        let longest = bars.map(\.total).max() ?? 0
        let room = Double(max(10, min(50, width - 50)))
        let legend =
            parts.count > 1
            ? ["  " + zip(parts, blocks).map { "\($1) \(printable($0))" }.joined(separator: "  ")]
            : []
        let rows = bars.map { bar in
            let drawn = zip(bar.drawnValues, blocks).map { value, block in
                String(
                    repeating: block,
                    count: longest > 0 ? Int((value / longest * room).rounded()) : 0)
            }
            return [
                bar.label,
                drawn.joined() + " " + note(of: bar),
            ]
        }
        return [printable(title)] + legend
            + aligned(rows, alignments: [.left, .left], width: width)
    }

    private var blocks: [String] { ["█", "▓", "▒", "░"] }
}

extension Report.LineChart {
    fileprivate func text() -> [String] {
        [printable(title)]
            + series.map { one in
                let values = one.points.map(\.y).filter(\.isDrawable)
                guard let last = values.last else {
                    return "  \(printable(one.name)): no data"
                }
                return
                    "  \(printable(one.name))  \(blockLine(values, limit: 40))  \(shortNumber(values[0])) → \(shortNumber(last))"
            }
    }
}
