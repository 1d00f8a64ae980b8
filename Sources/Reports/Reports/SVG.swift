import Foundation

/// A coordinate for SVG: one decimal, never an exponent.
///
/// - Precondition: finite; charts leave out what is not.
func coordinate(_ value: Double) -> String {
    String(format: "%.1f", value)
}

/// Text in a drawing.
func drawnText(
    _ x: Double, _ y: Double, _ content: String, anchor: String = "start", style: String = "mark"
) -> String {
    element(
        "text",
        ["x": coordinate(x), "y": coordinate(y), "text-anchor": anchor, "class": style],
        escaped(content))
}

/// A straight line of a style.
func drawnLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), style: String
) -> String {
    element(
        "line",
        [
            "x1": coordinate(start.x), "y1": coordinate(start.y), "x2": coordinate(end.x),
            "y2": coordinate(end.y), "class": style,
        ], "")
}

/// A connected line through points.
func drawnPath(_ points: [(x: Double, y: Double)], style: String) -> String {
    let written = points.map { "\(coordinate($0.x)),\(coordinate($0.y))" }
    return element("polyline", ["points": written.joined(separator: " "), "class": style], "")
}

/// A drawing that scales with the page, named and described for screen readers.
func drawing(
    _ name: String, description: String = "", width: Double, height: Double, style: String,
    _ content: String
) -> String {
    element(
        "svg",
        [
            "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))", "role": "img",
            "aria-label": name, "class": style,
        ], (description.isEmpty ? "" : element("desc", [:], escaped(description))) + content)
}

/// A titled figure; the legend is shown where there is more than one thing to tell apart.
func figure(_ title: String, legend: [String], _ content: String) -> String {
    let keys = legend.enumerated().map { index, name in
        element("span", [:], element("i", ["class": "fill\(index % 4)"], "") + escaped(name))
    }
    return element(
        "figure", [:],
        element("figcaption", [:], escaped(title))
            + (legend.count > 1 ? element("div", ["class": "legend"], keys.joined()) : "")
            + content)
}

extension Double {
    /// Whether it has a place in a chart: numbers so large that differences overflow count as gaps.
    var isDrawable: Bool { isFinite && abs(self) < 1e300 }
}

/// Values of a range onto positions, and round values to mark on it.
struct Axis {
    let lowest: Double
    let highest: Double

    /// Covers the finite values, widened where all are equal; nil where there are none.
    init?(covering values: [Double]) {
        let finite = values.filter(\.isDrawable)
        guard let low = finite.min(), let high = finite.max() else { return nil }
        let margin = low == high ? max(abs(low) * 0.1, 1e-9) : 0
        lowest = low - margin
        highest = high + margin
    }

    /// Where a value lies, 0 at the lowest and 1 at the highest.
    func position(_ value: Double) -> Double {
        (value - lowest) / (highest - lowest)
    }

    /// About three to six round values inside the range.
    var ticks: [Double] {
        let rough = (highest - lowest) / 4
        let magnitude = pow(10, floor(log10(rough)))
        let step = magnitude * ([1, 2, 5].first { $0 * magnitude >= rough } ?? 10)
        let first = (lowest / step).rounded(.up)
        let count = Int(((highest / step).rounded(.down) - first).rounded())
        return count < 0 ? [] : (0...min(count, 10)).map { (first + Double($0)) * step }
    }
}
