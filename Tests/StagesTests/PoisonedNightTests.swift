import Catalogue
import Episodes
import Evidence
import Foundation
import QualityFiltering
import StageRuns
import TestSupport
import Testing
import ValueLabelling

/// What the reports say about a robot that shakes and about labels that are wrong.
@Suite("A poisoned night") struct PoisonedNightTests {
    @Test("the tremor of actions has its closed forms")
    func tremorFormulas() throws {
        let wave = (0..<1000).map { Float(sin(2 * Double.pi * 5 * Double($0) / 50)) }
        let found = try #require(tremor(of: wave, width: 1))
        #expect(abs(found - (1 - cos(2 * Double.pi * 5 / 50))) < 2e-3)
        let alternating = (0..<1000).map { Float($0 % 2) }
        #expect(abs(try #require(tremor(of: alternating, width: 1)) - 2) < 1e-9)
        // A column that stands still says nothing.
        let two = alternating.flatMap { value -> [Float] in [value, 7] }
        #expect(tremor(of: two, width: 2) == tremor(of: alternating, width: 1))
        #expect(tremor(of: [1, 1, 1, 1], width: 1) == nil)
    }

    @Test("a robot that shakes is named, and none of its episodes is refused for it")
    func shakingRobot() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var shaky: [MadeUpEpisode] = []
            for index in 0..<12 {
                var episode = MadeUpEpisode(phase: 50 + Double(index) * 0.1)
                episode.shaking = 0.8
                episode.provenance.robot = "arm-2"
                shaky.append(episode)
            }
            _ = try bench.store(QualityTests.clean + shaky)
            let report = try bench.filter()
            #expect(report.summary.episodes_quarantined == 0)
            #expect(report.summary.warned_by_gate["S3"] == 12)
            #expect(report.summary.trembling_robots == ["arm-2"])
            #expect(report.summary.lines.contains { $0.contains("robot arm-2 trembles") })
            let finding = try #require(try bench.findings(report).first { $0.gate == "S3" })
            #expect(finding.message.hasPrefix("S3 trembling actions: 1."))
        }
    }

    @Test("a tremor may not put episodes into quarantine")
    func onlyWarns() {
        var settings = QualityConfiguration()
        settings.gates["S3"] = .quarantine
        #expect(settings.problems().count == 1)
    }

    @Test("a robot whose outcomes contradict its episodes stands out, the others do not")
    func doubtfulLabels() throws {
        var ends: [(forecast: Forecast, origins: [String: String])] = []
        for index in 0..<300 {
            let robot = "arm-\(index % 3)"
            let succeeds = index % 2 == 0
            let isFlipped = robot == "arm-2" && index % 10 < 3
            ends.append(
                (
                    Forecast(probability: succeeds ? 0.9 : 0.1, happened: succeeds != isFlipped),
                    ["robot": robot, "site": "lab"]
                ))
        }
        let found = doubtfulOutcomes(ends)
        let worst = try #require(found.first)
        #expect(worst.name == "arm-2" && worst.isSuspicious)
        #expect(worst.doubtful == 30 && worst.episodes == 100)
        // Newcombe's and statsmodels' Wilson interval of 30 of 100.
        #expect(abs(worst.lower - 0.2189) < 1e-4 && abs(worst.upper - 0.3958) < 1e-4)
        #expect(found.filter(\.isSuspicious).count == 1)
        #expect(found.filter { $0.kind == "site" }.map(\.doubtful) == [30])
        #expect(worst.line.contains("robot arm-2: 30 of 100 outcomes contradict"))
        #expect(doubtfulOutcomes([]).isEmpty)
    }
}
