import Catalogue
import Digests
import Episodes
import Foundation
import QualityFiltering
import StageRuns
import TestSupport
import Testing

@Suite("filter-by-quality") struct QualityTests {
    /// One defect, the gate that has to see it, and its words.
    struct Defect: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let gate: String
        let message: String
        let made: @Sendable () -> MadeUpEpisode
    }

    static func stamps(_ change: (inout [Double]) -> Void) -> [Double] {
        var stamps = (0..<100).map { Double($0) * 0.02 }
        change(&stamps)
        return stamps
    }

    static let defects = [
        Defect(
            testDescription: "a gap", gate: "H3",
            message: "H3 gaps: 0.84 s between steps 50 and 51, limit 0.10 s",
            made: {
                MadeUpEpisode(timestamps: stamps { s in for i in 51..<100 { s[i] += 0.82 } })
            }),
        Defect(
            testDescription: "a clock that goes back", gate: "H2",
            message:
                "H2 monotone clock: the clock moves by -0.20 s between steps 70 and 71, expected forwards",
            made: {
                MadeUpEpisode(timestamps: stamps { s in for i in 71..<100 { s[i] -= 0.22 } })
            }),
        Defect(
            testDescription: "dropped frames", gate: "H4",
            message:
                "H4 dropped frames: 16.0 % of the steps between first and last timestamp are missing, limit 5.0 %",
            made: {
                MadeUpEpisode(timestamps: (0..<100).map { Double($0 + $0 / 5) * 0.02 })
            }),
        Defect(
            testDescription: "too short", gate: "H6",
            message: "H6 length: 0.40 s in 20 steps, expected at least 0.50 s",
            made: { MadeUpEpisode(timestamps: (0..<20).map { Double($0) * 0.02 }) }),
        Defect(
            testDescription: "not a number", gate: "H1",
            message: "H1 schema: state column 2 of step 33 is nan",
            made: { MadeUpEpisode(notANumberAt: 33) }),
        Defect(
            testDescription: "a joint that jumps", gate: "H8",
            message:
                "H8 physical limits: state column 1 moves by 247.5 a second between steps 39 and 40, limit 50",
            made: { MadeUpEpisode(jump: (40, 5)) }),
    ]

    static let clean = (0..<40).map { MadeUpEpisode(phase: Double($0) * 0.1) }

    @Test("the right gate refuses a defect, in words that name step and value", arguments: defects)
    func oneDefect(defect: Defect) throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let digests = try bench.store(Self.clean + [defect.made()])
            let report = try bench.filter(
                "limits: {arm: {maximumSpeed: [41.6666667, 41.6666667, 41.6666667]}}")
            let refusals = try bench.findings(report).filter { $0.severity == .quarantine }
            #expect(refusals.allSatisfy { $0.episode == digests.last })
            #expect(refusals.contains { $0.gate == defect.gate })
            let found = refusals.first { $0.gate == defect.gate }?.message ?? ""
            #expect(found.hasPrefix(defect.message.prefix(60)), "\(found)")
            #expect(report.summary.episodes_quarantined == 1)
            #expect(!(try bench.snapshot(report).contains(digests[40].hex)))
        }
    }

    @Test("no clean episode is refused, and the counts add up")
    func cleanEpisodes() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let made = (0..<200).map { MadeUpEpisode(phase: Double($0) * 0.03) }
            let digests = try bench.store(made)
            let summary = try bench.filter().summary
            #expect(summary.episodes_in == 200)
            #expect(summary.episodes_accepted == Set(digests).count)
            #expect(summary.episodes_quarantined == 0)
            #expect(summary.quarantined_by_gate.values.reduce(0, +) == 0)
            #expect(summary.steps == 20_000)
        }
    }

    @Test("an episode that fails several gates counts once")
    func countsAddUp() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var bad = MadeUpEpisode(notANumberAt: 3)
            bad.timestamps = (0..<20).map { Double($0) * 0.02 }
            _ = try bench.store(Self.clean + Self.defects.map { $0.made() } + [bad])
            let summary = try bench.filter().summary
            #expect(summary.episodes_accepted + summary.episodes_quarantined == summary.episodes_in)
            let byGate = summary.quarantined_by_gate.values.reduce(0, +)
            #expect(byGate == summary.episodes_quarantined)
            #expect(summary.episodes_quarantined >= 6)
        }
    }

    @Test("a marked episode stays in and is never positive; missing provenance is a warning")
    func marksAndProvenance() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var anonymous = MadeUpEpisode(phase: 9)
            anonymous.provenance.calibration = nil
            let digests = try bench.store([
                MadeUpEpisode(phase: 7, hasSafetyMark: true), anonymous,
            ])
            let report = try bench.filter()
            #expect(report.summary.episodes_accepted == 2)
            #expect(report.summary.episodes_never_positive == 1)
            let lines = try bench.snapshot(report).split(separator: "\n")
            let marked = try #require(lines.first { $0.contains(digests[0].hex) })
            #expect(marked.contains("\"neverPositive\":true"))
            let warnings = try bench.findings(report).filter { $0.gate == "H12" }
            #expect(warnings.map(\.message) == ["H12 provenance: not stated: calibration"])
        }
    }

    @Test("a gate can be turned off, and a gate that does not exist is named")
    func gateModes() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let short = MadeUpEpisode(timestamps: (0..<20).map { Double($0) * 0.02 })
            _ = try bench.store(Self.clean + [short])
            #expect(try bench.filter("gates: {H6: 'off'}").summary.episodes_quarantined == 0)
            #expect(try bench.filter("gates: {H6: warn}").summary.warned_by_gate["H6"] == 1)
            let error = #expect(throws: StageError.self) {
                try bench.filter("gates: {H99: warn}")
            }
            #expect(error?.exitCode == 2)
            #expect(error?.message.contains("H99") == true)
            let mistyped = #expect(throws: StageError.self) {
                try bench.filter("gates: {S1: kwarantine}")
            }
            #expect(
                mistyped?.message.hasSuffix(
                    "'kwarantine' under 'gates.S1', expected one of off, warn, quarantine, "
                        + "down-weight") == true, "\(String(describing: mistyped))")
        }
    }

    @Test("a clock that runs at quite another rate than stated is a warning, and then counts")
    func contradictedRate() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let slow = (0..<3).map { number in
                MadeUpEpisode(
                    phase: 20 + Double(number), timestamps: (0..<100).map { Double($0) * 0.05 })
            }
            var sparse = slow[0]
            sparse.phase = 30
            sparse.timestamps = (0..<100).map { Double($0 + $0 / 5) * 0.05 }
            let digests = try bench.store(Self.clean + slow + [sparse])
            let report = try bench.filter()
            let found = try bench.findings(report).filter { $0.gate == "H4" }
            let refused = found.filter { $0.severity == .quarantine }
            #expect(refused.map(\.episode) == [digests.last])
            let warned = found.filter { $0.severity != .quarantine }
            #expect(Set(warned.map(\.episode)) == Set(digests.suffix(4)))
            #expect(
                warned.allSatisfy {
                    $0.message.contains("the clock runs at 20 Hz, the recording states 50")
                })
            #expect(report.summary.episodes_quarantined == 1)
        }
    }

    @Test(
        "only new episodes are measured, and the snapshot's bytes do not depend on the order of arrival"
    )
    func carriedOver() throws {
        try withTemporaryDirectory { root in
            let first = QualityBench(at: root.appending(path: "one"))
            _ = try first.store(Array(Self.clean.prefix(30)))
            #expect(try first.filter().summary.episodes_measured == 30)
            _ = try first.store(Array(Self.clean.suffix(10)))
            let grown = try first.filter().summary
            #expect(grown.episodes_measured == 10)
            #expect(try first.filter().reused)
            let second = QualityBench(at: root.appending(path: "two"))
            _ = try second.store(Self.clean.reversed())
            #expect(try second.filter().summary.snapshot == grown.snapshot)
        }
    }

    @Test("no experience is refused with what to do")
    func nothing() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try StageSession(options: StageOptions(workspace: bench.workspace))
            let error = #expect(throws: StageError.self) { try bench.filter() }
            #expect(error?.exitCode == 65)
            #expect(error?.next.contains("ingest") == true)
        }
    }
}
