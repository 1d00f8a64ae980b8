/// What a stage or a night has to say, as plain values: written as HTML, as text, or as JSON.
package struct Report: Codable, Sendable, Equatable {
    package var title: String
    /// One sentence under the title: what ran on what.
    package var subtitle: String
    package var sections: [Section]
    /// What stands small above the title; the program's name if nil.
    package var mark: String?

    package init(
        title: String, subtitle: String, sections: [Section] = [], mark: String? = nil
    ) {
        self.mark = mark
        self.title = title
        self.subtitle = subtitle
        self.sections = sections
    }

    /// A titled group of blocks.
    package struct Section: Codable, Sendable, Equatable {
        package var title: String
        package var blocks: [Block]

        package init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    /// How good or bad news is shown.
    package enum Tone: String, Codable, Sendable { case plain, good, caution, bad }

    /// One thing in a section.
    package enum Block: Codable, Sendable, Equatable {
        case paragraph(String)
        /// A title within a section.
        case heading(String)
        case tiles([Tile])
        case verdict(VerdictBadge)
        case facts([Fact])
        case table(Table)
        case bars(BarChart)
        case lines(LineChart)
        case reliability(ReliabilityPlot)
        case multiples(SmallMultiples)
        case sum(Sum)
        /// Sentences that stand one below the other.
        case list([String])
        case trends(TrendTable)
        case intervals(IntervalMultiples)
        case strips([PictureStrip])
        /// Blocks that stay folded until the reader asks.
        case details(summary: String, blocks: [Block])
    }

    /// A headline number.
    package struct Tile: Codable, Sendable, Equatable {
        package var label: String
        package var value: String
        package var note: String
        package var tone: Tone
        /// The nights before, oldest first, drawn as a small line; empty for none.
        @MeasuredList package var trend: [Double]

        package init(
            _ label: String, _ value: String, note: String = "", tone: Tone = .plain,
            trend: [Double] = []
        ) {
            self.label = label
            self.value = value
            self.note = note
            self.tone = tone
            self.trend = trend
        }
    }

    /// A three-valued verdict with its reasons in words.
    package struct VerdictBadge: Codable, Sendable, Equatable {
        package enum Value: String, Codable, Sendable { case pass, fail, undecided }

        package var value: Value
        package var reasons: [String]

        package init(_ value: Value, reasons: [String]) {
            self.value = value
            self.reasons = reasons
        }
    }

    /// A name and a value, such as a setting or a digest.
    package struct Fact: Codable, Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}
