extension Report {
    /// A whole and the parts that add up to it, such as what came in and what became of it.
    package struct Sum: Codable, Sendable, Equatable {
        package struct Part: Codable, Sendable, Equatable {
            package var label: String
            package var count: Int
            package var tone: Tone

            package init(_ label: String, _ count: Int, tone: Tone = .plain) {
                self.label = label
                self.count = count
                self.tone = tone
            }
        }

        package var label: String
        package var parts: [Part]

        /// The whole: what the parts add up to.
        package var total: Int { parts.reduce(0) { $0 + $1.count } }

        package init(_ label: String, parts: [Part]) {
            self.label = label
            self.parts = parts
        }
    }

    /// Numbers of last night, each beside its usual value and a line over the nights before.
    package struct TrendTable: Codable, Sendable, Equatable {
        package struct Row: Codable, Sendable, Equatable {
            package var name: String
            /// Last night's values, one a column.
            package var values: [String]
            /// What is usual, in words; empty where there is nothing to compare with.
            package var usual: String
            /// A value a night, oldest first; not a number where a night had none.
            @MeasuredList package var trend: [Double]

            package init(_ name: String, _ values: [String], usual: String = "", trend: [Double]) {
                self.name = name
                self.values = values
                self.usual = usual
                self.trend = trend
            }
        }

        package var title: String
        /// The name column's title, then those of the values.
        package var columns: [String]
        package var rows: [Row]
        /// What was left out, in words; empty if nothing was.
        package var more: String

        package init(title: String, columns: [String], rows: [Row], more: String = "") {
            self.title = title
            self.columns = columns
            self.rows = rows
            self.more = more
        }
    }

    /// A small chart a task on common axes: an estimate with its interval every night.
    package struct IntervalMultiples: Codable, Sendable, Equatable {
        package struct Point: Codable, Sendable, Equatable {
            /// The night, as it is written.
            package var label: String
            @Measured package var value: Double
            @Measured package var lower: Double
            @Measured package var upper: Double

            package init(_ label: String, _ value: Double, lower: Double, upper: Double) {
                self.label = label
                self.value = value
                self.lower = lower
                self.upper = upper
            }
        }

        package struct Chart: Codable, Sendable, Equatable {
            package var title: String
            package var points: [Point]

            package init(_ title: String, _ points: [Point]) {
                self.title = title
                self.points = points
            }
        }

        /// Something that happened between two nights, such as a release.
        package struct Mark: Codable, Sendable, Equatable {
            /// The night that it was first there for.
            package var index: Int
            package var label: String

            package init(index: Int, label: String) {
                self.index = index
                self.label = label
            }
        }

        package var title: String
        package var charts: [Chart]
        package var marks: [Mark]
        /// Whether values are shares from 0 to 1.
        package var isShare: Bool
        package var note: String

        package init(
            title: String, charts: [Chart], marks: [Mark], isShare: Bool, note: String = ""
        ) {
            self.title = title
            self.charts = charts
            self.marks = marks
            self.isShare = isShare
            self.note = note
        }
    }

    /// A few pictures of one thing, with what they show in words.
    package struct PictureStrip: Codable, Sendable, Equatable {
        /// Why it is shown, in a word or two.
        package var label: String
        package var title: String
        package var note: String
        /// How good or bad the label is.
        package var tone: Tone
        package var pictures: [Picture]

        package init(
            label: String, title: String, note: String, tone: Tone = .plain, pictures: [Picture]
        ) {
            self.label = label
            self.title = title
            self.note = note
            self.tone = tone
            self.pictures = pictures
        }
    }

    /// A small picture.
    package struct Picture: Codable, Sendable, Equatable {
        package var caption: String
        /// What can be seen, for who cannot see it.
        package var description: String
        /// A JPEG file in base 64.
        package var base64: String
        package var width: Int
        package var height: Int

        package init(
            caption: String, description: String, base64: String, width: Int, height: Int
        ) {
            self.caption = caption
            self.description = description
            self.base64 = base64
            self.width = width
            self.height = height
        }
    }
}

extension Report.IntervalMultiples {
    /// A value as it is written beside a point.
    func written(_ value: Double) -> String { isShare ? percentage(value) : shortNumber(value) }

    /// A point in words.
    func sentence(_ point: Point) -> String {
        guard point.value.isDrawable else { return "\(point.label): no data" }
        return "\(point.label): \(written(point.value)) (\(written(point.lower)) to "
            + "\(written(point.upper)))"
    }

    /// The largest value that any chart has to show.
    var highest: Double {
        let tops = charts.flatMap(\.points).flatMap { [$0.value, $0.upper] }.filter(\.isDrawable)
        return isShare ? 1 : max(tops.max() ?? 1, 1e-9)
    }
}
