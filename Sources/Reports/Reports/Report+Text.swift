extension Report {
    /// The same report for a terminal of `width` columns.
    package func text(width: Int = 100) -> String {
        var lines = [printable(title), String(repeating: "═", count: min(width, title.count))]
        lines += wrapped(subtitle, width: width)
        for section in sections {
            lines += [
                "", printable(section.title),
                String(repeating: "─", count: min(width, section.title.count)),
            ]
            lines += section.blocks.flatMap { $0.text(width: width) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Report.Block {
    fileprivate func text(width: Int) -> [String] {
        switch self {
        case .paragraph(let text): wrapped(text, width: width)
        case .tiles(let tiles):
            aligned(
                tiles.map { [$0.label, $0.value, $0.note] }, alignments: [.left, .right, .left],
                width: width)
        case .verdict(let badge):
            ["[\(badge.value.rawValue.uppercased())]"]
                + badge.reasons.flatMap { wrapped("• " + $0, width: width) }
        case .facts(let facts):
            aligned(facts.map { [$0.name, $0.value] }, alignments: [.left, .left], width: width)
        case .table(let table):
            aligned(
                [table.columns.map(\.title)] + table.rows,
                alignments: table.columns.map(\.alignment),
                width: width)
        case .bars(let chart): chart.text(width: width)
        case .lines(let chart): chart.text()
        case .multiples(let many): [printable(many.title)] + many.charts.flatMap { $0.text() }
        case .reliability(let plot):
            [printable(plot.title)]
                + aligned(
                    [["predicted", "observed", "episodes"]]
                        + plot.bins.filter { $0.count > 0 }.map {
                            [percentage($0.predicted), percentage($0.observed), String($0.count)]
                        }, alignments: [.right, .right, .right], width: width)
        case .details(let summary, let blocks):
            [printable(summary)] + blocks.flatMap { $0.text(width: width) }
        }
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
                guard let low = values.min(), let high = values.max(), let last = values.last else {
                    return "  \(printable(one.name)): no data"
                }
                return
                    "  \(printable(one.name))  \(sparkline(values, low, high))  \(shortNumber(values[0])) → \(shortNumber(last))"
            }
    }

    private func sparkline(_ values: [Double], _ low: Double, _ high: Double) -> String {
        let marks = Array("▁▂▃▄▅▆▇█")
        let count = min(40, values.count)
        return String(
            (0..<count).map { index in
                let value = values[index * (values.count - 1) / max(1, count - 1)]
                return marks[high > low ? Int((value - low) / (high - low) * 7) : 3]
            })
    }
}

/// Text that cannot move the cursor or colour the terminal, whatever a robot wrote into it.
private func printable(_ text: String) -> String {
    String(
        text.map {
            $0.unicodeScalars.contains(where: isInvisibleControl)
                ? "\u{fffd}" : $0
        })
}

private func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in printable(text).split(separator: " ") {
        if !current.isEmpty && current.count + 1 + word.count > width {
            lines.append(current)
            current = String(word)
        } else {
            current += current.isEmpty ? String(word) : " " + word
        }
    }
    return lines + (current.isEmpty ? [] : [current])
}

private func aligned(
    _ rows: [[String]], alignments: [Report.Table.Alignment], width: Int
) -> [String] {
    let cells = rows.map { $0.map(printable) }
    let widths = alignments.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
        let padded = row.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].count)
            return alignments[column] == .left ? row[column] + space : space + row[column]
        }
        let line = "  " + padded.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
