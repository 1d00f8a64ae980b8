import Foundation
import Reports
import Testing

@Suite("Reports") struct ReportTests {
    /// One of everything, with hostile text wherever a robot's text can stand.
    static let hostile = "<script>alert('x')</script> & \"quotes\" \u{1b}[31m"
    static let everything = Report(
        title: "Night \(hostile)", subtitle: hostile,
        sections: [
            .init(
                "All blocks",
                [
                    .paragraph(hostile),
                    .tiles([.init("episodes \(hostile)", "1 234", note: hostile, tone: .good)]),
                    .verdict(
                        .init(.undecided, reasons: ["12 episodes more would settle it", hostile])),
                    .facts([.init("snapshot", "ab12"), .init(hostile, hostile)]),
                    .table(
                        .init(
                            columns: [.init("task"), .init(hostile, .right)],
                            rows: [["push", "3"], [hostile, "12"]])),
                    .bars(
                        .init(
                            title: "Outcomes", parts: ["success", "failure"],
                            bars: [.init(hostile, [3, 1]), .init("empty", [0, 0])])),
                    .lines(
                        .init(
                            title: "Loss", xLabel: "step", yLabel: "loss",
                            series: [.init("train", [.init(0, 2), .init(1, .nan), .init(2, 0.5)])])),
                    .reliability(
                        .init(
                            title: "Calibration",
                            bins: [.init(predicted: 0.2, observed: 0.25, count: 7)])),
                    .details(summary: "More", blocks: [.paragraph("inside")]),
                ])
        ])

    @Test("a number and its percent sign stay on one line of a page")
    func percentSigns() {
        let page = Report(title: "5 % of 20", subtitle: "100%")
        #expect(page.html().contains("5\u{a0}% of 20") && page.html().contains("100%"))
        #expect(page.text(width: 60).contains("5 % of 20"))
    }

    @Test("a page is well-formed, with every element closed")
    func pageIsWellFormed() throws {
        let html = Self.everything.html()
        let body = try #require(html.split(separator: "<body>").last)
        let parser = XMLTags(in: "<body>" + body.replacing("</html>", with: ""))
        #expect(parser.mismatch == nil)
    }

    @Test("text from robots never becomes markup, and nothing is fetched")
    func hostileTextIsEscaped() {
        let html = Self.everything.html()
        #expect(!html.contains("<script"))
        #expect(!html.contains("\u{1b}"))
        #expect(
            html.contains(
                "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot;"))
        for fetch in ["http:", "https:", "src=", "@import", "url("] {
            #expect(!html.contains(fetch))
        }
    }

    @Test("terminal text keeps every value and cannot move the cursor")
    func terminalText() {
        let text = Self.everything.text(width: 80)
        #expect(!text.contains("\u{1b}"))
        #expect(text.contains("[UNDECIDED]"))
        #expect(text.contains("  push"))
        #expect(text.contains("█"))
        #expect(text.contains("2 → 0.50"))
    }

    @Test("a table that is too wide for a terminal loses whole columns, never the end of a number")
    func narrowTable() {
        let counts = (1..<8).map { Report.Table.Column("count \($0)", .right) }
        let cells = (1..<8).map { "1234\($0)" }
        let table = Report.Table(
            columns: [.init("a long name of a task")] + counts,
            rows: [["push the puck to the goal"] + cells])
        let lines = Report(title: "t", subtitle: "s", sections: [.init("S", [.table(table)])])
            .text(width: 40).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 40 })
        let row = lines.last?.split(separator: " ").map(String.init) ?? []
        #expect(row.suffix(2) == ["12341", "12342"], "\(row)")
    }

    @Test("a report survives JSON unchanged")
    func roundTrip() throws {
        let finite = Report(
            title: "t", subtitle: "s",
            sections: Self.everything.sections.map { section in
                .init(
                    section.title,
                    section.blocks.filter { if case .lines = $0 { false } else { true } })
            })
        let decoded = try JSONDecoder().decode(Report.self, from: JSONEncoder().encode(finite))
        #expect(decoded == finite)
    }

    @Test(
        "numbers are short and grouped",
        arguments: [
            (0.0, "0"), (1234567, "1\u{202f}234\u{202f}567"), (-1500.4, "−1\u{202f}500"),
            (0.00123, "0.0012"),
            (12.345, "12.3"), (0.5, "0.50"), (Double.nan, "NaN"), (999, "999"),
        ])
    func numbers(value: Double, expected: String) { #expect(shortNumber(value) == expected) }

    @Test(
        "percentages keep a decimal where it matters",
        arguments: [(0.5, "50 %"), (0.012, "1.2 %"), (0, "0 %"), (1, "100 %")])
    func percentages(share: Double, expected: String) { #expect(percentage(share) == expected) }

    @Test("equal values and a single point still draw")
    func degenerateCharts() {
        let flat = Report.LineChart(
            title: "flat", xLabel: "x", yLabel: "y",
            series: [.init("a", [.init(1, 2)]), .init("b", [])])
        let html = Report(title: "t", subtitle: "s", sections: [.init("s", [.lines(flat)])]).html()
        #expect(html.contains("<circle"))
        #expect(!html.contains("nan") && !html.contains("inf"))
    }
}

/// Walks tags with a stack; enough to see that what is opened is closed in order.
private struct XMLTags {
    private(set) var mismatch: String?

    init(in text: String) {
        var open: [Substring] = []
        for match in text.matches(of: #/<(/?)([a-z][a-z0-9]*)[^>]*>/#) {
            if match.1.isEmpty {
                open.append(match.2)
            } else if open.popLast() != match.2 {
                mismatch = "</\(match.2)>"
                return
            }
        }
        mismatch = open.last.map { "<\($0)>" }
    }
}
