import Foundation
import Reports
import Testing

@Suite("Report charts") struct ReportChartTests {
    private func page(_ block: Report.Block) -> Report {
        Report(title: "t", subtitle: "s", sections: [.init("section", [block])])
    }

    /// Blocks whose numbers are absent, endless or too far apart to subtract.
    static let impossible: [Report.Block] = [.nan, .infinity, -.infinity, 1.7e308, -1.7e308].flatMap
    {
        value -> [Report.Block] in
        [
            .lines(
                .init(
                    title: "line", xLabel: "x", yLabel: "y",
                    series: [.init("a", [.init(0, -1.7e308), .init(1, value), .init(value, 2)])])),
            .bars(.init(title: "bars", parts: ["p"], bars: [.init("a", [value, 1])])),
            .reliability(
                .init(title: "cal", bins: [.init(predicted: value, observed: value, count: 3)])),
            .tiles([.init("tile", "1", trend: [1, value, 2])]),
        ]
    }

    @Test("numbers that cannot be drawn are left out and nothing stops", arguments: impossible)
    func impossibleNumbers(block: Report.Block) throws {
        let html = page(block).html()
        #expect(!html.lowercased().contains("nan") && !html.contains("inf"))
        #expect(!page(block).text(width: 80).isEmpty)
    }

    @Test("a report with NaN and infinity is stored, and read back with gaps")
    func nonFiniteNumbersAreStored() throws {
        let chart = Report.LineChart(
            title: "loss", xLabel: "step", yLabel: "loss",
            series: [.init("a", [.init(0, 1), .init(1, .nan), .init(2, .infinity)])])
        let report = page(.lines(chart))
        let decoded = try JSONDecoder().decode(Report.self, from: JSONEncoder().encode(report))
        guard case .lines(let read) = try #require(decoded.sections.first?.blocks.first) else {
            Issue.record("the line chart came back as something else")
            return
        }
        #expect(read.series[0].points[0] == .init(0, 1))
        #expect(read.series[0].points[1].y.isNaN && read.series[0].points[2].y.isNaN)
    }

    @Test("characters that reverse the text around them are not passed on")
    func directionOverrides() {
        let report = page(.paragraph("task \u{202e}drow\u{2066} end"))
        for written in [report.html(), report.text(width: 80)] {
            #expect(!written.unicodeScalars.contains("\u{202e}"))
            #expect(!written.unicodeScalars.contains("\u{2066}"))
            #expect(written.contains("drow"))
        }
    }

    @Test("small multiples share their axes and name every chart")
    func smallMultiples() {
        func chart(_ name: String, _ top: Double) -> Report.LineChart {
            .init(
                title: name, xLabel: "step", yLabel: "value",
                series: [.init("v", [.init(0, 0), .init(10, top)])])
        }
        let html = page(
            .multiples(.init(title: "All", charts: [chart("low", 1), chart("high", 4)]))
        )
        .html()
        #expect(html.contains(">low<") && html.contains(">high<"))
        #expect(html.matches(of: #/>4</text>/#).count == 2)
        #expect(html.matches(of: #/<polyline/#).count == 2)
    }

    @Test("the widths of a stacked bar are its shares of the longest")
    func stackedBars() {
        let html = page(
            .bars(
                .init(
                    title: "b", parts: ["p", "q"],
                    bars: [.init("long", [3, 1]), .init("short", [1, 1])]))
        ).html()
        #expect(html.contains("width:75.0%") && html.contains("width:25.0%"))
        #expect(html.contains(">4<") && html.contains(">2<"))
    }

    @Test("a tile draws its trend, and only where there is one")
    func trend() {
        let flat = page(.tiles([.init("a", "1")])).html()
        let risen = page(.tiles([.init("a", "1", trend: [1, 2, 3])])).html()
        #expect(!flat.contains("<svg") && risen.contains("aria-label=\"a, trend\""))
    }

    @Test("the diagonal and one dot a bin are drawn, empty bins are not")
    func reliability() {
        let html = page(
            .reliability(
                .init(
                    title: "c",
                    bins: [
                        .init(predicted: 0.2, observed: 0.2, count: 4),
                        .init(predicted: 0.8, observed: 0.7, count: 0),
                    ]))
        ).html()
        #expect(html.matches(of: #/<circle/#).count == 1)
        #expect(html.contains("class=\"ideal\""))
    }
}
