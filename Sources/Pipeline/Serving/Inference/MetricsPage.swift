/// Numbers by size, as Prometheus counts them.
struct Histogram: Sendable {
    let bounds: [Double]
    private(set) var counts: [Int]
    private(set) var sum = 0.0
    private(set) var count = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// A value counts under every bound that it does not exceed.
    mutating func add(_ value: Double) {
        for (place, bound) in bounds.enumerated() where value <= bound { counts[place] += 1 }
        sum += value
        count += 1
    }
}

/// A page in Prometheus' text format; every name begins with `nightshift_serve_`.
struct MetricsPage {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        add(name, kind, help, [("", value)])
    }

    /// One line for each set of labels.
    mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ values: [(labels: String, value: Int)]
    ) {
        head(name, kind, help)
        for (labels, value) in values { line(name, labels, "\(value)") }
    }

    mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
        head(name, .histogram, help)
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            line("\(name)_bucket", "le=\"\(bound)\"", "\(count)")
        }
        line("\(name)_bucket", "le=\"+Inf\"", "\(histogram.count)")
        line("\(name)_sum", "", "\(histogram.sum)")
        line("\(name)_count", "", "\(histogram.count)")
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP nightshift_serve_\(name) \(help)\n"
        text += "# TYPE nightshift_serve_\(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        text += "nightshift_serve_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n"
    }
}
