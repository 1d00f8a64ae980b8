extension Report.ReliabilityPlot {
    var html: String {
        let side = 220.0
        let left = 44.0
        let top = 10.0
        func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            (left + x * side, top + (1 - y) * side)
        }
        var content = ""
        for mark in [0, 0.5, 1] {
            content += drawnLine(from: place(0, mark), to: place(1, mark), style: "grid")
            content += drawnText(
                left - 6, place(0, mark).y + 4, percentage(mark), anchor: "end")
            content += drawnText(
                place(mark, 0).x, top + side + 15, percentage(mark), anchor: "middle")
        }
        content += drawnLine(from: place(0, 0), to: place(1, 1), style: "ideal")
        let most = Double(max(1, drawnBins.map(\.count).max() ?? 1))
        for bin in drawnBins {
            let radius = 3 + 6 * (Double(bin.count) / most).squareRoot()
            content += circle(
                at: place(bin.predicted, bin.observed), radius: radius, style: "fill0 dot")
        }
        return figure(
            title, legend: [],
            drawing(title, width: 300, height: side + 34, style: "square", content)
                + element(
                    "p", ["class": "note"],
                    "Across: predicted probability of success. Up: share that succeeded. "
                        + "Dashed: perfectly calibrated. Area of a dot: episodes in the bin."))
    }

    /// Bins with something in them, inside the unit square.
    private var drawnBins: [Bin] {
        bins.filter { bin in
            bin.count > 0 && (0...1).contains(bin.predicted) && (0...1).contains(bin.observed)
        }
    }
}
