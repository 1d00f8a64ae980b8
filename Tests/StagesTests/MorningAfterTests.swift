import Digests
import Episodes
import Foundation
import MorningReports
import Nightly
import QualityFiltering
import StageRuns
import TestSupport
import Testing

@Suite("The morning after a real filter-by-quality") struct MorningAfterTests {
    /// A night of one stage, which says what filter-by-quality really said.
    private static func report(
        _ bench: QualityBench, after stage: StageReport<QualitySummary>, at root: URL
    ) async throws -> RunPage {
        let files = FileManager.default
        let programs = root.appending(path: "bin")
        try files.createDirectory(at: programs, withIntermediateDirectories: true)
        let printed = root.appending(path: "printed.json")
        try JSONEncoder().encode(stage).write(to: printed)
        let program = programs.appending(path: "filter-by-quality")
        try "#!/bin/sh\ncat '\(printed.path)'\n".write(
            to: program, atomically: true, encoding: .utf8)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let pipeline = root.appending(path: "pipeline.yaml")
        try "name: test\nstages:\n  - stage: filter-by-quality\n".write(
            to: pipeline, atomically: true, encoding: .utf8)
        let options = StageOptions(workspace: bench.workspace)
        let result = try await Night(
            pipelineFile: pipeline, options: options,
            environment: ["NIGHTSHIFT_BIN": programs.path]
        ).run()
        #expect(result.state == .succeeded)
        return try RunPage(run: result.run, options: options)
    }

    @Test(
        "shows what cameras saw of episodes that were refused, new or failed, as small JPEG files")
    func pictures() async throws {
        try await withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try bench.store(QualityGateTests.clean)
            _ = try bench.filter()
            var failed = MadeUpEpisode(phase: 2.05, pictures: .clean)
            failed.outcome = .failure
            let odd = [
                MadeUpEpisode(phase: 2.02, pictures: .black), failed,
                MadeUpEpisode(phase: 9, pictures: .dim),
                MadeUpEpisode(phase: 2.03),
            ]
            let digests = try bench.store(odd)
            let page = try await Self.report(bench, after: try bench.filter(), at: root)
            let shown = page.report.pictures
            #expect(shown.map(\.kind) == [.refused, .novel, .failed])
            #expect(shown.map(\.episode) == [digests[0], digests[2], digests[1]].map(\.hex))
            #expect(shown[0].reason.hasPrefix("H7 frozen channels"))
            // Black pictures fail two gates, and are one episode.
            #expect(page.report.offenders.first?.refused == 1)
            #expect(shown[0].title == "wave · arm-1 · lab · success")
            for frame in shown.flatMap(\.frames) {
                let file = try #require(Data(base64Encoded: frame.base64))
                #expect(file.prefix(2) == Data([0xFF, 0xD8]) && file.count < 12_000)
                #expect(frame.width == 160 && frame.height == 160)
            }
            #expect(shown[0].frames.map(\.caption).first == "first of 100")
            // What came out of the camera last is what is to be seen of a failure.
            #expect(shown[2].frames.map(\.caption).last == "last of 100")
            #expect(page.html.matches(of: #/src="data:image\/jpeg;base64,/#).count == 6)
            #expect(page.html.utf8.count < 200_000)
        }
    }

    @Test("a night without cameras has no pictures, and none is missed")
    func noCameras() async throws {
        try await withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try bench.store((0..<5).map { MadeUpEpisode(phase: Double($0)) })
            let page = try await Self.report(bench, after: try bench.filter(), at: root)
            #expect(page.report.pictures.isEmpty && page.report.plateaus.isEmpty)
            #expect(!page.html.contains("What cameras saw"))
        }
    }

    @Test("says how many episodes are drawn more seldom")
    func downWeights() async throws {
        try await withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let shorts = (0..<14).map {
                MadeUpEpisode(
                    phase: 5 + Double($0) * 0.1, timestamps: (0..<70).map { Double($0) * 0.02 })
            }
            _ = try bench.store((0..<45).map { MadeUpEpisode(phase: Double($0) * 0.1) } + shorts)
            let weighed = try bench.filter(
                "gates: {S11: down-weight}\nrareNoveltyPercentile: 100")
            let page = try await Self.report(bench, after: weighed, at: root)
            #expect(page.report.downWeighted == 14)
            #expect(page.html.contains("14 episodes are drawn more seldom than the others"))
        }
    }
}
