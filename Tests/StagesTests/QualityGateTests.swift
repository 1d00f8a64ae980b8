import EpisodeStore
import Catalogue
import Digests
import Episodes
import Foundation
import QualityFiltering
import StageRuns
import TestSupport
import Testing

@Suite("Gates of cameras, sensors and cohorts") struct QualityGateTests {
    /// An episode like the others but for one thing, and the gate that has to see it.
    struct Odd: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let gate: String
        let refuses: Bool
        let message: String
        let made: @Sendable () -> MadeUpEpisode
    }

    static let odd = [
        Odd(
            testDescription: "a dead joint", gate: "H7", refuses: true,
            message: "H7 frozen channels: state column 2 does not change from step 20 on",
            made: { MadeUpEpisode(phase: 4.01, deadFrom: 20, pictures: .clean) }),
        Odd(
            testDescription: "a frozen camera", gate: "H7", refuses: true,
            message: "H7 frozen channels: camera 'front' gives one picture for 1.76 s",
            made: { MadeUpEpisode(phase: 4.01, pictures: .frozen) }),
        Odd(
            testDescription: "a black camera", gate: "H9", refuses: true,
            message: "H9 blank pictures: 88 % of the pictures of camera 'front' are blank",
            made: { MadeUpEpisode(phase: 4.01, pictures: .black) }),
        Odd(
            testDescription: "pictures that are missing", gate: "H5", refuses: true,
            message: "H5 stream agreement: camera 'front' has 98 pictures for 100 steps",
            made: { MadeUpEpisode(phase: 4.01, pictures: .missing) }),
        Odd(
            testDescription: "blur", gate: "S8", refuses: false,
            message: "S8 blur: a fifth of the pictures of camera 'front' have a sharpness of",
            made: { MadeUpEpisode(phase: 4.01, pictures: .blurred) }),
        Odd(
            testDescription: "less light", gate: "S9", refuses: false,
            message: "S9 exposure: the brightness of camera 'front' is",
            made: { MadeUpEpisode(phase: 4.01, pictures: .dim) }),
        Odd(
            testDescription: "a tremor", gate: "S3", refuses: false,
            message: "S3 trembling actions:",
            made: { MadeUpEpisode(phase: 4.01, pictures: .clean, shaking: 0.9) }),
        Odd(
            testDescription: "another gain", gate: "S7", refuses: false,
            message: "S7 action consistency: its actions differ from those in like states by",
            made: { weak }),
        Odd(
            testDescription: "unusual length", gate: "S11", refuses: false,
            message: "S11 duration: 70 steps, usual are 100 to 100",
            made: { short(4.01) }),
    ]

    /// A robot whose actions are a third of what the same motion takes elsewhere.
    static var weak: MadeUpEpisode {
        var episode = MadeUpEpisode(phase: 4.01, pictures: .clean)
        episode.gain = 0.3
        return episode
    }

    static func short(_ phase: Double) -> MadeUpEpisode {
        MadeUpEpisode(
            phase: phase, timestamps: (0..<70).map { Double($0) * 0.02 }, pictures: .clean)
    }

    static let clean = (0..<40).map { MadeUpEpisode(phase: Double($0) * 0.1, pictures: .clean) }

    @Test("the right gate sees what is odd, and says what and where", arguments: odd)
    func oddEpisodes(odd: Odd) throws {
        let (gate, message, episode) = (odd.gate, odd.message, odd.made())
        var found: [FindingRecord] = []
        var digest: Digest?
        var quarantined = 0
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            digest = try bench.store(Self.clean + [episode])[40]
            let report = try bench.filter()
            found = try bench.findings(report)
            quarantined = report.summary.episodes_quarantined
        }
        let ours = try #require(found.first { $0.episode == digest && $0.gate == gate })
        #expect(ours.message.hasPrefix(message), "\(ours.message)")
        #expect((ours.severity == .quarantine) == odd.refuses)
        #expect(quarantined == (odd.refuses ? 1 : 0))
        #expect(found.allSatisfy { $0.episode == digest || $0.severity != .quarantine })
    }

    @Test("a robot that trembles on one day of two is named with the day")
    func tremblingDay() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var made: [MadeUpEpisode] = []
            for day in 1...2 {
                for number in 0..<40 {
                    var episode = MadeUpEpisode(phase: Double(number) * 0.1 + Double(day) * 0.03)
                    episode.provenance.robot = "arm-\(number % 4)"
                    episode.provenance.recordedAt = "2026-03-0\(day)T08:00:00Z"
                    if day == 2, number % 4 == 3 { episode.shaking = 0.9 }
                    made.append(episode)
                }
            }
            _ = try bench.store(made)
            let summary = try bench.filter().summary
            #expect(
                summary.trembling_days.map(\.line) == [
                    "robot arm-3 trembles on 2026-03-02, in 10 of 10 episodes: look at it"
                ])
            // Half of its episodes in all: not certainly most of them.
            #expect(summary.trembling_robots.isEmpty)
            #expect(summary.lines.contains { $0.contains("arm-3 trembles on 2026-03-02") })
        }
    }

    @Test("a robot is named for a day on which every other episode trembles, unlike elsewhere")
    func halfATremblingDay() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var made: [MadeUpEpisode] = []
            for number in 0..<160 {
                var episode = MadeUpEpisode(phase: Double(number) * 0.04)
                episode.provenance.robot = "arm-\(number % 4)"
                episode.provenance.recordedAt = "2026-03-02T08:00:00Z"
                // Of arm-3 every other episode, of arm-0 one in ten.
                if number % 8 == 3 || number % 40 == 0 { episode.shaking = 0.9 }
                made.append(episode)
            }
            _ = try bench.store(made)
            let summary = try bench.filter().summary
            #expect(
                summary.trembling_days.map(\.line) == [
                    "robot arm-3 trembles on 2026-03-02, in 20 of 40 episodes: look at it"
                ])
            #expect(summary.trembling_robots.isEmpty)
        }
    }

    @Test("a soft gate acts only where it is told to, and then within its limits")
    func actingGates() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var made = (0..<45).map { MadeUpEpisode(phase: Double($0) * 0.1) }
            made += (0..<14).map { Self.short(5 + Double($0) * 0.1) }.map {
                var episode = $0
                episode.pictures = nil
                return episode
            }
            let digests = try bench.store(made)
            #expect(try bench.filter().summary.episodes_quarantined == 0)
            // Alone in their night, the most remote of them would be spared for being new.
            let acting = try bench.filter("gates: {S11: quarantine}\nrareNoveltyPercentile: 100")
            // A fifth of 59 episodes of one cohort and day.
            #expect(acting.summary.quarantined_by_gate["S11"] == 11)
            let spared = try bench.findings(acting).filter {
                $0.message.contains("kept: 11 of its")
            }
            #expect(spared.count == 3)
            #expect(Set(spared.map(\.episode)).isSubset(of: digests[45...]))
            let weighed = try bench.filter("gates: {S11: down-weight}\nrareNoveltyPercentile: 100")
            #expect(weighed.summary.episodes_quarantined == 0)
            #expect(weighed.summary.episodes_down_weighted == 14)
            let lines = try bench.snapshot(weighed).split(separator: "\n")
            #expect(lines.filter { $0.contains("\"weight\":0.1") }.count == 14)
        }
    }

    @Test("the last five episodes of an operator stay")
    func lastFive() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let made = (0..<45).map { MadeUpEpisode(phase: Double($0) * 0.1) }
            let rare = (0..<8).map { number in
                var episode = Self.short(5 + Double(number) * 0.1)
                episode.pictures = nil
                episode.provenance.operatorName = "zed"
                return episode
            }
            _ = try bench.store(made + rare)
            let report = try bench.filter("gates: {S11: quarantine}\nrareNoveltyPercentile: 100")
            #expect(report.summary.episodes_quarantined == 3)
            let spared = try bench.findings(report).filter {
                $0.message.contains("kept: one of the last 5 of the operator zed")
            }
            #expect(spared.count == 5)
        }
    }

    @Test(
        "what is unlike everything known is spared the night it comes in, and not once it is known")
    func novel() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let settings = "gates: {S11: quarantine}"
            func shorts(_ count: Int, from phase: Double) throws -> Set<Digest> {
                Set(
                    try bench.store(
                        (0..<count).map {
                            var episode = Self.short(phase + Double($0) * 0.1)
                            episode.pictures = nil
                            return episode
                        }))
            }
            func spared(_ report: StageReport<QualitySummary>) throws -> Set<Digest> {
                Set(
                    try bench.findings(report)
                        .filter { $0.message.contains("; kept: rarer than ") }.map(\.episode))
            }
            _ = try bench.store((0..<60).map { MadeUpEpisode(phase: Double($0) * 0.1) })
            #expect(try bench.filter(settings).summary.episodes_quarantined == 0)
            let first = try shorts(14, from: 5)
            let newcomers = try bench.filter(settings)
            #expect(newcomers.summary.episodes_quarantined == 0)
            #expect(try spared(newcomers) == first)
            // Without the guard as many of them leave as may: a fifth of 74.
            let unguarded = try bench.filter(settings + "\nrareNoveltyPercentile: 100")
            #expect(unguarded.summary.episodes_quarantined == 14)
            // Half way between those that are known by now; too few to make short episodes usual.
            let second = try shorts(4, from: 5.05)
            let later = try bench.filter(settings)
            #expect(try spared(later).isDisjoint(with: second))
            #expect(later.summary.quarantined_by_gate["S11"] ?? 0 > 0)
        }
    }

    @Test(
        "of episodes that are nearly the same the best stays, and the others share one's weight or leave"
    )
    func nearDuplicates() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            var failed = MadeUpEpisode(phase: 2)
            failed.outcome = .failure
            let others = (0..<60).filter { $0 != 20 }.map {
                MadeUpEpisode(phase: Double($0) * 0.1)
            }
            let copies = [failed] + [2.00001, 2.00002].map { MadeUpEpisode(phase: $0) }
            let digests = try bench.store(copies + others)
            let settings = "duplicateDistance: 0.0005\ngates: {S10: "
            func found(_ report: StageReport<QualitySummary>) throws -> [FindingRecord] {
                try bench.findings(report).filter { $0.gate == "S10" }
            }
            let warned = try found(try bench.filter(settings + "warn}"))
            #expect(warned.count == 2 && warned.contains { $0.episode == digests[0] })
            let weighed = try bench.filter(settings + "down-weight}\nrareNoveltyPercentile: 100")
            #expect(weighed.summary.episodes_down_weighted == 2)
            #expect(
                try found(weighed).allSatisfy { $0.message.hasSuffix("; drawn with weight 0.333") })
            let acting = try bench.filter(settings + "quarantine}\nrareNoveltyPercentile: 100")
            #expect(acting.summary.quarantined_by_gate["S10"] == 2)
            // One of the two successes is left.
            let kept = try bench.snapshot(acting)
            #expect(digests.prefix(3).map { kept.contains($0.hex) }.filter { $0 }.count == 1)
            #expect(!kept.contains(digests[0].hex))
        }
    }

    @Test("a soft gate that only people can answer may not act, and a hard one may not weigh down")
    func impossibleModes() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try bench.store(Self.clean)
            for settings in [
                "gates: {S13: quarantine}", "gates: {S7: down-weight}", "gates: {H3: down-weight}",
            ] {
                let error = #expect(throws: StageError.self) { try bench.filter(settings) }
                #expect(error?.exitCode == 2)
            }
        }
    }

    @Test("the report's figures name every gate")
    func figures() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try bench.store(Self.clean + [MadeUpEpisode(phase: 4.01, pictures: .black)])
            let report = try bench.filter()
            struct Published: Decodable {
                struct Quality: Decodable {
                    struct Gate: Decodable {
                        let id: String
                        let quarantined: Int
                    }
                    let gates: [Gate]
                    let down_weighted: Int
                }
                let title: String
                let quality: Quality
            }
            let digest = try #require(report.outputs.first { $0.kind == "report" }?.digest)
            let session = try StageSession(options: StageOptions(workspace: bench.workspace))
            let published = try JSONDecoder().decode(
                Published.self, from: Data(try session.objects.read(digest)))
            // Black pictures are also all the same: it counts at the first gate that refuses it.
            #expect(published.quality.gates.reduce(0) { $0 + $1.quarantined } == 1)
            #expect(published.quality.gates.first { $0.id == "H7" }?.quarantined == 1)
            #expect(published.quality.gates.count == QualityGate.allCases.count)
            #expect(published.quality.down_weighted == 0)
            #expect(!published.title.isEmpty)
        }
    }
}
