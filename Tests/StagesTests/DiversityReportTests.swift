import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import QualityFiltering
import StageRuns
import TestSupport
import Testing

@Suite("Diversity in filter-by-quality's report") struct DiversityReportTests {
    /// The object `diversity` of the attempt's report.json.
    struct Figures: Decodable {
        struct Vendi: Decodable {
            let tonight: Double?
            let corpus: Double?
            let episodes: Int
            let gain_per_100: Double?
        }
        struct Coverage: Decodable { let cells: Int, hit: Int, hit_before: Int }
        struct Novelty: Decodable {
            struct Episode: Decodable { let episode: String, percentile: Double }
            let median_percentile: Double, share_above_95: Double, most: [Episode]
        }
        struct Effective: Decodable { let factor: String, number: Double, of: Int }
        struct Task: Decodable {
            let task: String, new: Int, total: Int, successes: Int
            let vendi: Double?, information: Double?
        }
        struct Drift: Decodable { let measure: String, slice: String, alarm: Bool }

        let embedding: String
        let vendi: Vendi
        let coverage: Coverage?
        let novelty: Novelty?
        let effective: [Effective]
        let redundancy: Double?
        let tasks: [Task]
        let drift: [Drift]
        let episodes_tonight: Int
        let episodes_before: Int
    }

    private static func figures(
        _ bench: QualityBench, _ report: StageReport<QualitySummary>
    ) throws -> Figures {
        struct Page: Decodable { let diversity: Figures }
        let digest = try #require(report.outputs.first { $0.kind == "report" }).digest
        let bytes = try ObjectStore(workspace: bench.workspace).read(digest)
        return try JSONDecoder().decode(Page.self, from: Data(bytes)).diversity
    }

    /// Episodes whose phases lie evenly in a range, of two operators.
    private static func wave(
        _ count: Int, phases: ClosedRange<Double>, task: String = "wave", seconds: Double = 2
    ) -> [MadeUpEpisode] {
        (0..<count).map { number in
            var episode = MadeUpEpisode()
            episode.instruction = task
            let part = (Double(number) + 0.5) / Double(count)
            episode.phase = phases.lowerBound + part * (phases.upperBound - phases.lowerBound)
            episode.timestamps = (0..<Int(seconds * 50)).map { Double($0) * 0.02 }
            episode.provenance.operatorName = number.isMultiple(of: 2) ? "kim" : "sam"
            return episode
        }
    }

    @Test("the first night has scores of its own and nothing to compare with")
    func first() throws {
        try withTemporaryDirectory { directory in
            let bench = QualityBench(at: directory)
            _ = try bench.store(Self.wave(40, phases: 0...3))
            let found = try Self.figures(bench, try bench.filter())
            #expect(found.embedding == "episode-statistics-1, 64 numbers")
            #expect(found.episodes_tonight == 40 && found.episodes_before == 0)
            #expect(found.vendi.corpus == nil && found.novelty == nil && found.drift.isEmpty)
            #expect(try #require(found.vendi.tonight) > 1)
            let operators = try #require(found.effective.first { $0.factor == "operator" })
            #expect(operators.of == 2 && abs(operators.number - 2) < 1e-9)
        }
    }

    @Test("what was recorded over days and came in at once does not drift, however it differs")
    func firstDays() throws {
        try withTemporaryDirectory { directory in
            let bench = QualityBench(at: directory)
            let days = [(0.0...1.0, 2.0), (3.0...4.0, 3.0)].enumerated().flatMap { day, made in
                Self.wave(60, phases: made.0, seconds: made.1).map {
                    var episode = $0
                    episode.provenance.recordedAt = "2026-03-0\(day + 1)T08:00:00Z"
                    return episode
                }
            }
            _ = try bench.store(days)
            let found = try Self.figures(bench, try bench.filter())
            #expect(found.episodes_tonight == 60 && found.episodes_before == 60)
            #expect(found.drift.isEmpty)
        }
    }

    @Test("a night of more of the same is not new, one of other movements is, and drifts")
    func second() throws {
        try withTemporaryDirectory { directory in
            for (phases, seconds, isNew) in [(0.0...1.0, 2.0, false), (3.0...4.0, 3.0, true)] {
                let bench = QualityBench(at: directory.appending(path: "\(isNew)"))
                _ = try bench.store(Self.wave(120, phases: 0...1))
                let first = try bench.filter()
                // Other phases than before, so that the digests differ.
                let shifted = (phases.lowerBound + 0.0003)...(phases.upperBound + 0.0003)
                _ = try bench.store(Self.wave(40, phases: shifted, seconds: seconds))
                let second = try bench.filter()
                #expect(first.summary.night == 1 && second.summary.night == 2)
                #expect(second.summary.episodes_measured == 40)
                let found = try Self.figures(bench, second)
                #expect(found.episodes_tonight == 40 && found.episodes_before == 120)
                #expect(found.tasks.first?.new == 40 && found.tasks.first?.total == 160)
                let novelty = try #require(found.novelty)
                #expect(novelty.most.count == (isNew ? 5 : novelty.most.count))
                #expect(novelty.most.allSatisfy { $0.percentile > 0.95 })
                #expect(try #require(found.tasks.first?.information) > 0.5)
                #expect(isNew ? novelty.share_above_95 > 0.9 : novelty.share_above_95 < 0.3)
                #expect(found.drift.contains { $0.alarm } == isNew)
                #expect(found.drift.contains { $0.measure == "states" && $0.alarm } == isNew)
                let coverage = try #require(found.coverage)
                #expect(coverage.hit >= coverage.hit_before && coverage.cells == 8)
                if isNew { #expect(coverage.hit > coverage.hit_before) }
                #expect((try #require(found.vendi.gain_per_100) > 0.5) == isNew)
            }
        }
    }

    @Test("one new episode beside a few known ones is measured by what is usual among them")
    func fewKnown() throws {
        try withTemporaryDirectory { directory in
            let bench = QualityBench(at: directory)
            _ = try bench.store(Self.wave(25, phases: 0...1))
            _ = try bench.filter()
            _ = try bench.store(Self.wave(1, phases: 3...3, seconds: 4))
            let found = try Self.figures(bench, try bench.filter())
            #expect(found.episodes_tonight == 1 && found.episodes_before == 25)
            #expect(try #require(found.tasks.first?.vendi) > 1.05)
            #expect(try #require(found.novelty).median_percentile > 0.9)
        }
    }

    @Test(
        "a second attempt over the same night keeps it the last night, and near-duplicates are counted"
    )
    func again() throws {
        try withTemporaryDirectory { directory in
            let bench = QualityBench(at: directory)
            _ = try bench.store(Self.wave(12, phases: 0...3))
            _ = try bench.filter()
            // Half way between those of the first night.
            _ = try bench.store(Self.wave(12, phases: 0.125...3.125))
            let night = try Self.figures(bench, try bench.filter())
            let same = try Self.figures(bench, try bench.filter("minimumLengthSeconds: 0.9\n"))
            #expect(night.episodes_tonight == 12 && same.episodes_tonight == 12)
            #expect(night.vendi.tonight == same.vendi.tonight)
            let other = QualityBench(at: directory.appending(path: "other"))
            _ = try other.store(Self.wave(30, phases: 0...3))
            _ = try other.filter()
            // Each far less than the usual distance from one of the first night.
            _ = try other.store(Self.wave(30, phases: 0.0001...3.0001))
            let copies = try Self.figures(other, try other.filter())
            #expect(try #require(copies.redundancy) == 1)
            #expect(try #require(night.redundancy) < 0.5)
        }
    }
}
