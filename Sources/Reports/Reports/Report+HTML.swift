extension Report {
    /// One self-contained page: no script, no network, light and dark, phone and desktop.
    package func html() -> String {
        let named = Array(zip(sections, anchors))
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(mark ?? title))</title>
            <style>\(pageStyle)</style>
            </head>
            <body>
            <a class="skip" href="#main">To the report</a>
            <header><p class="mark">\(escaped(mark ?? "Nightshift"))</p><h1>\(escaped(title))</h1><p class="lead">\(escaped(subtitle))</p></header>
            \(sections.count > 3 ? contents : "")
            <main id="main">
            \(named.map { $0.html(anchor: $1) }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    /// A list of links to the sections.
    private var contents: String {
        let links = zip(sections, anchors).map { section, anchor in
            element("li", [:], element("a", ["href": "#\(anchor)"], escaped(section.title)))
        }
        return element(
            "nav", ["aria-label": "Sections"], element("ul", [:], links.joined(separator: "\n")))
    }

    /// What the sections are called in links: their titles in letters and hyphens, each once.
    private var anchors: [String] {
        sections.enumerated().map { index, section in
            let letters = section.title.lowercased().unicodeScalars.map { scalar in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
                    ? Character(scalar) : "-"
            }
            let isTaken = sections[..<index].contains { $0.title == section.title }
            return "s-" + String(letters) + (isTaken ? "-\(index)" : "")
        }
    }
}

extension Report.Section {
    fileprivate func html(anchor: String) -> String {
        element(
            "section", ["id": anchor, "aria-labelledby": "\(anchor)-title"],
            element("h2", ["id": "\(anchor)-title"], escaped(title))
                + blocks.map(\.html).joined(separator: "\n"))
    }
}

extension Report.Block {
    fileprivate var html: String {
        switch self {
        case .paragraph(let text): element("p", [:], escaped(text))
        case .heading(let text): element("h3", [:], escaped(text))
        case .tiles(let tiles):
            element("div", ["class": "tiles"], tiles.map(\.html).joined())
        case .verdict(let badge): badge.html
        case .facts(let facts):
            element(
                "dl", [:],
                facts.map {
                    element("dt", [:], escaped($0.name)) + element("dd", [:], escaped($0.value))
                }
                .joined())
        case .table(let table): table.html
        case .bars(let chart): chart.html
        case .lines(let chart): chart.html
        case .reliability(let plot): plot.html
        case .multiples(let charts): charts.html
        case .sum(let sum): sum.html
        case .list(let items):
            element(
                "ul", ["class": "list"],
                items.map { element("li", [:], escaped($0)) }.joined(separator: "\n"))
        case .trends(let table): table.html
        case .intervals(let charts): charts.html
        case .strips(let strips):
            element("div", ["class": "strips"], strips.map(\.html).joined(separator: "\n"))
        case .details(let summary, let blocks):
            element(
                "details", [:],
                element("summary", [:], escaped(summary))
                    + blocks.map(\.html).joined(separator: "\n"))
        }
    }
}

extension Report.Tile {
    fileprivate var html: String {
        element(
            "div", ["class": "tile \(tone.rawValue)"],
            element("p", ["class": "label"], escaped(label))
                + element("p", ["class": "value"], escaped(value))
                + (note.isEmpty ? "" : element("p", ["class": "note"], escaped(note)))
                + sparkline(trend, name: label))
    }
}

extension Report.VerdictBadge {
    fileprivate var html: String {
        element(
            "div", ["class": "verdict \(value.rawValue)"],
            element("strong", [:], escaped(value.rawValue))
                + element("ul", [:], reasons.map { element("li", [:], escaped($0)) }.joined()))
    }
}

extension Report.Table {
    /// Whether a row is a name, numbers and a sentence, which a narrow screen puts below them.
    private var endsInWords: Bool {
        columns.count > 2 && columns.first?.alignment == .left && columns.last?.alignment == .left
            && columns.dropFirst().dropLast().allSatisfy { $0.alignment == .right }
            && rows.contains { $0.last?.count ?? 0 > 24 }
    }

    fileprivate var html: String {
        let head = columns.map {
            element("th", ["scope": "col", "class": $0.alignment.rawValue], escaped($0.title))
        }
        let body = rows.map { row in
            let cells = zip(row, columns).enumerated().map { index, cell in
                index == 0 && cell.1.alignment == .left
                    ? element("th", ["scope": "row", "class": "left"], escaped(cell.0))
                    : element("td", ["class": cell.1.alignment.rawValue], escaped(cell.0))
            }
            return element("tr", [:], cells.joined())
        }
        let table = element(
            "table", endsInWords ? ["class": "told", "style": "--n:\(columns.count - 2)"] : [:],
            element("thead", [:], element("tr", [:], head.joined()))
                + element("tbody", [:], body.joined(separator: "\n")))
        return scrolling(table, named: columns.first?.title ?? "table")
    }
}
