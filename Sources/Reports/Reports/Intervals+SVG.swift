/// The frame of one small chart of estimates.
private struct IntervalFrame {
    let width = 240.0
    let height = 118.0
    let left = 34.0
    let right = 40.0
    let top = 10.0
    let bottom = 20.0
    let count: Int
    let highest: Double

    func x(_ index: Int) -> Double {
        guard count > 1 else { return (left + width - right) / 2 }
        return left + Double(index) / Double(count - 1) * (width - left - right)
    }

    func y(_ value: Double) -> Double {
        height - bottom - min(1, max(0, value / highest)) * (height - top - bottom)
    }
}

extension Report.IntervalMultiples {
    var html: String {
        let drawn = charts.map { chart in
            element(
                "div", ["class": "multiple"],
                element("p", ["class": "label"], escaped(chart.title)) + plot(of: chart))
        }
        let releases = marks.isEmpty ? "" : "Dotted: a release went to production. "
        return element(
            "figure", [:],
            element("figcaption", [:], escaped(title))
                + element("p", ["class": "note"], escaped(releases + note))
                + element("div", ["class": "multiples"], drawn.joined(separator: "\n")))
    }

    private func plot(of chart: Chart) -> String {
        let frame = IntervalFrame(count: chart.points.count, highest: highest)
        let content = axes(of: chart, frame) + released(frame) + estimates(of: chart, frame)
        let words = chart.points.suffix(10).map(sentence).joined(separator: "; ")
        return drawing(
            "\(title): \(chart.title)", description: words, width: frame.width,
            height: frame.height, style: "small", content)
    }

    private func axes(of chart: Chart, _ frame: IntervalFrame) -> String {
        let levels = isShare ? [0, 0.5, 1] : [0, frame.highest]
        let grid = levels.map { level in
            drawnLine(
                from: (frame.left, frame.y(level)), to: (frame.width - frame.right, frame.y(level)),
                style: "grid")
                + drawnText(frame.left - 5, frame.y(level) + 3, written(level), anchor: "end")
        }
        let below = frame.height - 5
        guard let first = chart.points.first, let last = chart.points.last,
            chart.points.count > 1
        else {
            let only = chart.points.first?.label ?? ""
            return grid.joined() + drawnText(frame.x(0), below, only, anchor: "middle")
        }
        return grid.joined() + drawnText(frame.left, below, first.label)
            + drawnText(frame.width - frame.right, below, last.label, anchor: "end")
    }

    private func released(_ frame: IntervalFrame) -> String {
        marks.filter { (0..<frame.count).contains($0.index) }.map { mark in
            let x = frame.x(mark.index) - (frame.count > 1 ? 4 : 12)
            return element(
                "g", [:],
                element("title", [:], escaped(mark.label))
                    + drawnLine(
                        from: (x, frame.top - 4), to: (x, frame.height - frame.bottom),
                        style: "release"))
        }.joined()
    }

    private func estimates(of chart: Chart, _ frame: IntervalFrame) -> String {
        let known = chart.points.enumerated().filter { $0.element.value.isDrawable }
        let bars = known.filter { $0.element.lower.isDrawable && $0.element.upper.isDrawable }.map {
            index, point in
            drawnLine(
                from: (frame.x(index), frame.y(point.lower)),
                to: (frame.x(index), frame.y(point.upper)), style: "interval")
        }
        let line = drawnPath(
            known.map { (frame.x($0.offset), frame.y($0.element.value)) }, style: "line stroke0")
        let dots = known.map { index, point in
            element(
                "g", [:],
                element("title", [:], escaped(sentence(point)))
                    + circle(
                        at: (frame.x(index), frame.y(point.value)),
                        radius: index == known.last?.offset ? 3.2 : 1.8, style: "fill0"))
        }
        let value = known.last.map { index, point in
            drawnText(
                frame.width - frame.right + 6, frame.y(point.value) + 4, written(point.value),
                style: "last")
        }
        return bars.joined() + line + dots.joined() + (value ?? "")
    }
}
