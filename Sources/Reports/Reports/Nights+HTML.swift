extension Report.Sum {
    var html: String {
        let cells = parts.map { part in
            element(
                "div", ["class": "part \(part.tone.rawValue)"],
                element("b", [:], shortNumber(Double(part.count)))
                    + element("span", [:], escaped(part.label)))
        }
        let whole = element(
            "div", ["class": "part whole"],
            element("b", [:], shortNumber(Double(total))) + element("span", [:], escaped(label)))
        return element(
            "div", ["class": "sum"],
            whole + sign("=") + cells.joined(separator: sign("+"))) + bar
    }

    private var bar: String {
        guard total > 0 else { return "" }
        let boxes = parts.filter { $0.count > 0 }.map { part in
            element(
                "i",
                [
                    "class": "tone-\(part.tone.rawValue)",
                    "style": "width:\(coordinate(Double(part.count) / Double(total) * 100))%",
                ], "")
        }
        return element("div", ["class": "track whole", "aria-hidden": "true"], boxes.joined())
    }

    private func sign(_ text: String) -> String {
        element("span", ["class": "sign"], text)
    }
}

extension Report.TrendTable {
    var html: String {
        let hasTrend = rows.contains { $0.trend.filter(\.isDrawable).count > 1 }
        let titles = columns.enumerated().map { index, title in
            heading(title, style: index == 0 ? "left" : "right")
        }
        let history =
            hasTrend
            ? [heading("nights", style: "left"), heading("usual", style: "right")] : []
        let body = rows.map { row in
            let name = element("th", ["scope": "row", "class": "left"], escaped(row.name))
            let values = row.values.map { element("td", ["class": "right"], escaped($0)) }
            let line = element("td", ["class": "trend"], sparkline(row.trend, name: row.name))
            let usual = element("td", ["class": "right quiet"], escaped(row.usual))
            let before = hasTrend ? [line, usual] : []
            let cells = [name] + values.prefix(1) + before + values.dropFirst()
            return element("tr", [:], cells.joined())
        }
        let head = titles.prefix(2) + history + titles.dropFirst(2)
        let table = element(
            "table", [:],
            element("caption", [:], escaped(title))
                + element("thead", [:], element("tr", [:], head.joined()))
                + element("tbody", [:], body.joined(separator: "\n")))
        return scrolling(table, named: title)
            + (more.isEmpty ? "" : element("p", ["class": "note"], escaped(more)))
    }

    private func heading(_ title: String, style: String) -> String {
        element("th", ["scope": "col", "class": style], escaped(title))
    }
}

extension Report.PictureStrip {
    var html: String {
        element(
            "article", ["class": "strip"],
            element("div", ["class": "frames"], pictures.map(\.html).joined())
                + element(
                    "p", ["class": "what"],
                    element("b", ["class": "tag \(tone.rawValue)"], escaped(label)) + " "
                        + escaped(title))
                + element("p", ["class": "note"], escaped(note)))
    }
}

extension Report.Picture {
    fileprivate var html: String {
        let source = "data:image/jpeg;base64,\(base64)"
        return element(
            "figure", ["class": "picture"],
            "<img alt=\"\(escaped(description))\" width=\"\(width)\" height=\"\(height)\" "
                + "src=\"\(escaped(source))\"/>"
                + element("figcaption", [:], escaped(caption)))
    }
}

/// A table that scrolls inside itself where the page is narrow, also by keyboard.
func scrolling(_ table: String, named name: String) -> String {
    element(
        "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": name], table)
}
