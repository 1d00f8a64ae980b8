extension Report.BarChart {
    /// Bars as boxes with text, not as a drawing: labels wrap on a phone and can be copied.
    var html: String {
        let longest = bars.map(\.total).max() ?? 0
        let rows = bars.map { bar in
            element("span", ["class": "label"], escaped(bar.label))
                + element("span", ["class": "track"], boxes(of: bar, longest: longest))
                + element("span", ["class": "note"], escaped(note(of: bar)))
        }
        return figure(
            title, legend: parts, element("div", ["class": "bars"], rows.joined(separator: "\n")))
    }

    /// What stands after a bar: its own note, or its sum.
    func note(of bar: Bar) -> String {
        bar.note.isEmpty ? shortNumber(bar.total) + unit : bar.note
    }

    private func boxes(of bar: Bar, longest: Double) -> String {
        guard longest > 0 else { return "" }
        return bar.drawnValues.enumerated().filter { $0.element > 0 }.map { part, value in
            let name = part < parts.count ? "\(parts[part]): \(shortNumber(value))" : ""
            return element(
                "i",
                [
                    "class": "fill\(part % 4)", "title": name,
                    "style": "width:\(coordinate(value / longest * 100))%",
                ], "")
        }
        .joined()
    }
}

extension Report.BarChart.Bar {
    /// The parts' lengths; what is negative or no number has none.
    var drawnValues: [Double] {
        values.map { $0.isDrawable && $0 > 0 ? $0 : 0 }
    }

    /// Length of the whole bar.
    var total: Double {
        drawnValues.reduce(0, +)
    }
}
