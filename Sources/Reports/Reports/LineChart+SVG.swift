/// A chart's size in its own units, and what its text needs; the page scales it.
private struct Plot {
    let width: Double
    let height: Double
    let left = 46.0
    let right = 10.0
    let top = 16.0
    let bottom = 36.0
    let x: Axis
    let y: Axis

    func place(_ point: Report.LineChart.Point) -> (x: Double, y: Double) {
        (
            left + x.position(point.x) * (width - left - right),
            height - bottom - y.position(point.y) * (height - top - bottom)
        )
    }

    /// Grid lines with their values at the left, and the ends of the horizontal axis below.
    func grid(yTicks: [Double], xLabel: String, yLabel: String) -> String {
        let marks = yTicks.map { value -> String in
            let level = place(.init(x.lowest, value)).y
            return drawnLine(from: (left, level), to: (width - right, level), style: "grid")
                + drawnText(left - 6, level + 4, shortNumber(value), anchor: "end")
        }
        let below = height - bottom + 15
        return marks.joined() + drawnText(left, below, shortNumber(x.lowest))
            + drawnText(width - right, below, shortNumber(x.highest), anchor: "end")
            + drawnText((left + width - right) / 2, below + 14, xLabel, anchor: "middle")
            + drawnText(0, 9, yLabel)
    }
}

extension Report.LineChart {
    var html: String {
        let points = drawnPoints
        guard let x = Axis(covering: points.map(\.x)), let y = Axis(covering: points.map(\.y))
        else { return figure(title, legend: [], element("p", ["class": "note"], "no data")) }
        let plot = Plot(width: 480, height: 190, x: x, y: y)
        return figure(
            title, legend: series.map(\.name),
            drawing(
                title, width: plot.width, height: plot.height, style: "chart",
                plot.grid(yTicks: y.ticks, xLabel: xLabel, yLabel: yLabel) + paths(in: plot)))
    }

    /// The same chart as one of many, on axes that all of them share.
    fileprivate func small(x: Axis, y: Axis) -> String {
        let plot = Plot(width: 230, height: 140, x: x, y: y)
        let content =
            plot.grid(yTicks: [y.lowest, y.highest], xLabel: xLabel, yLabel: "")
            + paths(in: plot)
        return element(
            "div", [:],
            element("p", ["class": "label"], escaped(title))
                + drawing(
                    title, width: plot.width, height: plot.height, style: "small", content))
    }

    /// Every point of every series that can be drawn.
    fileprivate var drawnPoints: [Point] {
        series.flatMap(\.points).filter(\.isDrawable)
    }

    private func paths(in plot: Plot) -> String {
        series.enumerated().map { index, one in
            let places = one.points.filter(\.isDrawable).map(plot.place)
            guard let first = places.first else { return "" }
            return places.count == 1
                ? circle(at: first, radius: 3, style: "fill\(index % 4)")
                : drawnPath(places, style: "line stroke\(index % 4)")
        }
        .joined()
    }
}

extension Report.LineChart.Point {
    fileprivate var isDrawable: Bool { x.isDrawable && y.isDrawable }
}

extension Report.SmallMultiples {
    var html: String {
        let points = charts.flatMap(\.drawnPoints)
        guard let x = Axis(covering: points.map(\.x)), let y = Axis(covering: points.map(\.y))
        else { return figure(title, legend: [], element("p", ["class": "note"], "no data")) }
        let drawn = charts.map { $0.small(x: x, y: y) }
        let vertical = Set(charts.map(\.yLabel).filter { !$0.isEmpty }).sorted()
        let caption = ([title] + vertical).joined(separator: " · ")
        let names = charts.map { $0.series.map(\.name) }.max { $0.count < $1.count } ?? []
        return figure(
            caption, legend: names,
            element("div", ["class": "multiples"], drawn.joined(separator: "\n")))
    }
}

/// A filled dot.
func circle(at place: (x: Double, y: Double), radius: Double, style: String) -> String {
    element(
        "circle",
        [
            "cx": coordinate(place.x), "cy": coordinate(place.y), "r": coordinate(radius),
            "class": style,
        ], "")
}

/// A line without axes, as small as a word; empty where fewer than two numbers are.
///
/// Changes of less than a fifth look as small as they are.
func sparkline(_ values: [Double], name: String) -> String {
    let finite = values.filter(\.isDrawable)
    guard finite.count > 1, let highest = finite.max(),
        let y = Axis(covering: finite + (highest > 0 ? [0.8 * highest] : []))
    else { return "" }
    let places = finite.enumerated().map { index, value in
        (
            x: 2 + Double(index) / Double(finite.count - 1) * 116,
            y: 26 - y.position(value) * 24
        )
    }
    let end = places.last.map { circle(at: $0, radius: 2, style: "fill0") } ?? ""
    return drawing(
        "\(name), trend", width: 120, height: 28, style: "spark",
        drawnPath(places, style: "line stroke0") + end)
}
