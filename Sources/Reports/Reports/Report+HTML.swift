extension Report {
    /// One self-contained page: no script, no network, light and dark, phone and desktop.
    package func html() -> String {
        let body = sections.map(\.html).joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(title))</title>
            <style>\(pageStyle)</style>
            </head>
            <body>
            <header><p class="mark">Nightshift</p><h1>\(escaped(title))</h1><p class="lead">\(escaped(subtitle))</p></header>
            <main>
            \(body)
            </main>
            </body>
            </html>

            """
    }
}

extension Report.Section {
    fileprivate var html: String {
        element(
            "section", [:],
            element("h2", [:], escaped(title)) + blocks.map(\.html).joined(separator: "\n"))
    }
}

extension Report.Block {
    fileprivate var html: String {
        switch self {
        case .paragraph(let text): element("p", [:], escaped(text))
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
    fileprivate var html: String {
        let head = columns.map {
            element("th", ["class": $0.alignment.rawValue], escaped($0.title))
        }
        let body = rows.map { row in
            let cells = zip(row, columns).map {
                element("td", ["class": $1.alignment.rawValue], escaped($0))
            }
            return element("tr", [:], cells.joined())
        }
        return element(
            "div", ["class": "scroll"],
            element(
                "table", [:],
                element("thead", [:], element("tr", [:], head.joined()))
                    + element("tbody", [:], body.joined(separator: "\n"))))
    }
}
