extension Report {
    /// Rows of text under column titles; numbers stand at the right.
    package struct Table: Codable, Sendable, Equatable {
        package enum Alignment: String, Codable, Sendable { case left, right }

        package struct Column: Codable, Sendable, Equatable {
            package var title: String
            package var alignment: Alignment

            package init(_ title: String, _ alignment: Alignment = .left) {
                self.title = title
                self.alignment = alignment
            }
        }

        package var columns: [Column]
        package var rows: [[String]]

        /// - Precondition: every row has one cell a column.
        package init(columns: [Column], rows: [[String]]) {
            for row in rows {
                precondition(
                    row.count == columns.count,
                    "a row has \(row.count) cells for \(columns.count) columns: \(row)")
            }
            self.columns = columns
            self.rows = rows
        }
    }

    /// Horizontal bars, each of one or more stacked parts.
    package struct BarChart: Codable, Sendable, Equatable {
        package struct Bar: Codable, Sendable, Equatable {
            package var label: String
            /// Lengths of the parts, in the order of `parts`; not negative.
            @MeasuredList package var values: [Double]
            package var note: String

            package init(_ label: String, _ values: [Double], note: String = "") {
                self.label = label
                self.values = values
                self.note = note
            }
        }

        package var title: String
        /// Names of the stacked parts; one for a plain bar chart.
        package var parts: [String]
        package var bars: [Bar]
        package var unit: String

        package init(title: String, parts: [String], bars: [Bar], unit: String = "") {
            self.title = title
            self.parts = parts
            self.bars = bars
            self.unit = unit
        }
    }

    /// One or more series over a common axis.
    package struct LineChart: Codable, Sendable, Equatable {
        package struct Series: Codable, Sendable, Equatable {
            package var name: String
            package var points: [Point]

            package init(_ name: String, _ points: [Point]) {
                self.name = name
                self.points = points
            }
        }

        package struct Point: Codable, Sendable, Equatable {
            @Measured package var x: Double
            @Measured package var y: Double

            package init(_ x: Double, _ y: Double) {
                self.x = x
                self.y = y
            }
        }

        package var title: String
        package var xLabel: String
        package var yLabel: String
        package var series: [Series]

        package init(title: String, xLabel: String, yLabel: String, series: [Series]) {
            self.title = title
            self.xLabel = xLabel
            self.yLabel = yLabel
            self.series = series
        }
    }

    /// The same chart once a task or robot, all on the same axes, so that they can be compared.
    package struct SmallMultiples: Codable, Sendable, Equatable {
        package var title: String
        package var charts: [LineChart]

        package init(title: String, charts: [LineChart]) {
            self.title = title
            self.charts = charts
        }
    }

    /// Predicted probability against what happened, a point a bin; the diagonal is perfect.
    package struct ReliabilityPlot: Codable, Sendable, Equatable {
        package struct Bin: Codable, Sendable, Equatable {
            @Measured package var predicted: Double
            @Measured package var observed: Double
            package var count: Int

            package init(predicted: Double, observed: Double, count: Int) {
                self.predicted = predicted
                self.observed = observed
                self.count = count
            }
        }

        package var title: String
        package var bins: [Bin]

        package init(title: String, bins: [Bin]) {
            self.title = title
            self.bins = bins
        }
    }
}
