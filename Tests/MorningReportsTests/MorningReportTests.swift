import Foundation
import MorningReports
import Reports
import Testing

@Suite("Morning report") struct MorningReportTests {
    static let hostile = "<img src=x onerror=alert(1)> & \"quoted\" \u{1b}[31m\u{202e}"

    static func tally(
        _ successes: Int, _ failures: Int, corrected: Int = 0, seconds: Double = 10
    ) -> Tally {
        var tally = Tally()
        tally.episodes = successes + failures
        tally.successes = successes
        tally.failures = failures
        tally.corrected = corrected
        tally.seconds = Double(successes + failures) * seconds
        tally.labelledSeconds = tally.seconds
        tally.successSeconds = Double(successes) * seconds
        tally.squaredSeconds = Double(successes + failures) * seconds * seconds
        return tally
    }

    static func night(_ label: String, tasks: [String], released: [String] = []) -> ReportedNight {
        ReportedNight(
            run: "run-\(label)", label: label,
            tasks: tasks.map {
                TaskNight(task: $0, tally: tally(8, 2), autonomous: tally(8, 2))
            }, released: released, seconds: 300)
    }

    static func report(tasks: [String] = ["push"]) -> MorningReport {
        MorningReport(
            run: "2026-03-02-020000", pipeline: "nightly", state: "succeeded",
            startedAt: "2026-03-02T02:00:00.000", seconds: 321,
            nights: [
                night("03-01", tasks: tasks, released: ["abc"]), night("03-02", tasks: tasks),
            ])
    }

    /// A report in which everything is said, by somebody who means no good.
    static var everything: MorningReport {
        var report = report(tasks: [hostile, "push"])
        report.breakdowns = [
            .init(
                title: "robot",
                groups: [.init(name: hostile, tally: tally(3, 1), trend: [2, 4])], groupCount: 40)
        ]
        report.intake = .init(
            duplicates: 3, accepted: 20, quarantined: 2, filesIn: 4,
            reasons: [.init(code: "file-truncated", count: 2, example: hostile)])
        report.gates = [
            .init(
                id: "H3", name: hostile, refused: 4, warned: 1, refusedTonight: 4,
                warnedTonight: 0, example: hostile)
        ]
        report.offenders = [
            .init(robot: hostile, episodes: 8, refused: 4, warned: 1, reason: hostile)
        ]
        report.review = [
            .init(episode: String(repeating: "a", count: 64), gate: "S9", reason: hostile)
        ]
        report.doubtful = [
            .init(
                kind: "robot", name: hostile, episodes: 9, doubtful: 8,
                interval: .init(value: 0.9, lower: 0.6, upper: 1), isSuspicious: true)
        ]
        report.stages = [
            .init(
                name: "ingest", state: "succeeded", isReused: false, seconds: 2, headline: hostile,
                message: nil, log: "/log")
        ]
        report.pictures = [
            .init(
                episode: String(repeating: "b", count: 64), kind: .refused, title: hostile,
                reason: hostile,
                frames: [.init(caption: hostile, base64: "AAAA", width: 4, height: 3)])
        ]
        report.plateaus = [
            .init(
                task: hostile, verdict: "plateau", gainPerDoubling: 0.01, lower: -0.01,
                upper: 0.03, collect: hostile)
        ]
        report.decision = .init(verdict: "undecided", reasons: [hostile])
        report.evidence = .init(
            verdict: "undecided", candidate: "c0ffee", reasons: [hostile], moreEpisodes: 120,
            heldOutEpisodes: 30)
        return report
    }

    @Test("the headline says what came in, what happened to the policy, and that nothing is to do")
    func quietHeadline() {
        var report = Self.report()
        report.decision = .init(
            verdict: "pass",
            moves: [.init(channel: "production", from: nil, to: "0123456789abcdef")])
        report.evidence = .init(
            verdict: "pass", candidate: "0123456789abcdef", heldOutEpisodes: 3,
            simulation: .init(
                tasks: [.init(task: "push", episodes: 50, candidate: 48, incumbent: 40)], looks: 1))
        #expect(
            report.headline
                == "10 episodes came in (2 min of robot time); release 0123456789ab went to "
                + "production, with 48 against 40 successes of 50 simulated episodes; "
                + "nothing needs a human today.")
    }

    @Test("the headline counts what needs a human, and says how many episodes would settle it")
    func busyHeadline() {
        let headline = Self.everything.headline
        #expect(headline.contains("undecided, about 120 more episodes would settle it"))
        #expect(headline.hasSuffix("3 things need a human today."))
        #expect(Self.everything.needs.count == 3)
    }

    @Test("drift needs a human, once for all measures of the same episodes")
    func drift() {
        var report = Self.report()
        report.diversity = .init(
            embedding: "e",
            drift: [
                .init(measure: "states", slice: "all", divergence: 0.2, isAlarm: true),
                .init(measure: "duration", slice: "all", divergence: 0.001, isAlarm: false),
                .init(measure: "brightness", slice: "robot r2", divergence: 0.1, isAlarm: true),
                .init(measure: "actions", slice: "all", divergence: 0.3, isAlarm: true),
            ])
        #expect(
            report.needs == [
                "Say whether it is meant: the states and actions of all episodes drifted away from "
                    + "the 30 nights before by more than chance explains.",
                "Say whether it is meant: the brightness of robot r2 drifted away from the 30 "
                    + "nights before by more than chance explains.",
            ])
        #expect(report.headline.hasSuffix("2 things need a human today."))
        #expect(report.page.text(width: 100).contains("needs a human"))
    }

    @Test("episodes that a camera saw stand in strips, with words for who cannot see them")
    func strips() {
        let html = Self.everything.page.html()
        #expect(html.contains("<article class=\"strip\">"))
        #expect(html.contains("alt=\"refused: &lt;img"))
        #expect(Self.everything.page.text(width: 80).contains("• refused:"))
        #expect(!Self.report().page.html().contains("What cameras saw"))
    }

    @Test("a night that failed is said first, with the stage and its log")
    func failedNight() {
        var report = Self.report()
        report.state = "failed"
        report.stages = [
            .init(
                name: "fine-tune", state: "failed", isReused: false, seconds: 2, headline: "",
                message: "error: no labels\nLabel them first.", log: "/logs/fine-tune")
        ]
        #expect(report.headline.contains("the night ended early, in fine-tune"))
        #expect(
            report.needs == [
                "fine-tune failed: error: no labels. Label them first. Its log: /logs/fine-tune"
            ])
    }

    @Test("files that could not be read are told from episodes that were refused, and need a human")
    func unreadableFiles() {
        var report = Self.report()
        report.intake = .init(
            duplicates: 0, accepted: 30, quarantined: 16, filesIn: 40, unreadableFiles: 5,
            unreadableExample: "a.hdf5: it ends early",
            reasons: [
                .init(code: "value-not-finite", count: 16, example: "b.hdf5 demo_1: NaN"),
                .init(code: "file-truncated", count: 5, files: 5, example: "a.hdf5: it ends early"),
            ])
        #expect(
            report.needs == ["5 recordings could not be read, such as a.hdf5: it ends early"])
        #expect(report.headline.hasSuffix("one thing needs a human today."))
        let text = report.page.text(width: 120)
        #expect(text.contains("5 of 40 files could not be read at all"))
        #expect(text.contains("46 delivered = 30 accepted + 16 quarantined"))
        #expect(text.contains(#/value-not-finite +16 +0 /#))
        #expect(text.contains(#/file-truncated +0 +5 /#))
    }

    @Test("settings are only compared where there was a run before")
    func firstNight() {
        let words = "The settings are those of the run before."
        var report = Self.report()
        #expect(report.page.text(width: 100).contains(words))
        report.nights.removeFirst()
        #expect(!report.page.text(width: 100).contains(words))
    }

    @Test("a night of which nothing is known still has a page")
    func emptyNight() {
        let report = MorningReport(
            run: "r", pipeline: "p", state: "succeeded", startedAt: "2026-03-02T02:00:00.000",
            seconds: 0)
        #expect(report.headline.hasPrefix("Nothing new came in; no candidate was made;"))
        #expect(report.page.html().contains("Nothing new since the night before."))
    }

    @Test("what robots are called never becomes markup, and nothing is fetched")
    func hostileNames() {
        let html = Self.everything.page.html()
        #expect(!html.contains("<img src=x"))
        #expect(!html.contains("\u{1b}") && !html.contains("\u{202e}"))
        #expect(html.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;"))
        #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"))
        #expect(html.matches(of: #/ src="/#).count == 1 && html.contains("src=\"data:image/jpeg"))
        #expect(!Self.everything.page.text(width: 80).contains("\u{1b}"))
    }

    @Test("tables are cut, and say by how much", arguments: [5, 500, 50_000])
    func bounded(count: Int) {
        var report = Self.everything
        report.review = (0..<count).map {
            .init(episode: "\($0)", gate: "S9", reason: "the end contradicts the label")
        }
        report.offenders = (0..<count).map {
            .init(robot: "robot \($0)", episodes: 9, refused: 1, warned: 0, reason: "a gap")
        }
        let html = report.page.html()
        #expect(html.utf8.count < 200_000)
        #expect(html.contains("and \(shortNumber(Double(count - 12))) more") == (count > 12))
    }

    @Test("a terminal that is narrow gets narrow lines", arguments: [60, 80, 100, 140])
    func terminalWidth(columns: Int) {
        var report = Self.everything
        report.stages[0].headline = String(repeating: "long words ", count: 40)
        let lines = report.page.text(width: columns).split(separator: "\n")
        #expect(lines.map(\.count).max() ?? 0 <= columns)
    }

    @Test("the terminal is coloured where it is asked to, and only there")
    func terminalColours() {
        #expect(Self.everything.page.text(width: 80, colours: true).contains("\u{1b}[1m"))
        #expect(!Self.everything.page.text(width: 80).contains("\u{1b}"))
    }

    @Test("a report survives JSON unchanged")
    func roundTrip() throws {
        let report = Self.everything
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(MorningReport.self, from: data) == report)
    }

    @Test("throughput is successes an hour, and certain where every episode is alike")
    func throughput() throws {
        let even = try #require(Self.tally(10, 0, seconds: 36).throughput)
        #expect(abs(even.value - 100) < 1e-9)
        #expect(even.upper - even.lower < 1e-3)
        let mixed = try #require(Self.tally(5, 5, seconds: 36).throughput)
        // Alike in time: a proportion, 50 +- 1.96 * sqrt(10 / 9 * 2.5) * 10.
        #expect(abs(mixed.value - 50) < 1e-9)
        #expect(
            abs(mixed.upper - mixed.value - 1.959964 * (10.0 / 9 * 2.5).squareRoot() * 10) < 1e-6)
        #expect(Self.tally(1, 0).throughput == nil)
    }

    @Test("releases are marked on the night that they first drove")
    func releases() throws {
        let page = Self.report().page
        let charts = page.sections.flatMap(\.blocks).compactMap { block -> [Int]? in
            guard case .intervals(let multiples) = block else { return nil }
            return multiples.marks.map(\.index)
        }
        #expect(charts == [[1], [1]])
    }
}
