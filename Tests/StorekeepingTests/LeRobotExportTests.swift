import Cameras
import EpisodeExports
import EpisodeStore
import Episodes
import Foundation
import Ingestion
import PNG
import StageRuns
import Storekeeping
import TestSupport
import Testing

#if LeRobot
import Arrow

@Suite("Exports as LeRobot")
struct LeRobotExportTests {
    @Test(
        "of datasets are the same episodes to ingest, labels and all",
        arguments: ["v21", "v30-state", "v30-pictures"])
    func roundTrip(name: String) throws {
        try withBench { bench in
            _ = try Ingestion.ingest(paths: [leRobotDataset(name)], options: bench.options)
            let known = try bench.episodes()
            #expect(known.count == 3)
            try bench.label(try bench.snapshot(of: bench.digests()))
            let summary = try bench.export(.lerobot)
            #expect(summary.parts.map(\.episodes) == [3])
            let again = try Ingestion.ingest(
                paths: [URL(filePath: summary.folder)], options: bench.options)
            #expect(again.summary.episodesDuplicate == 3)
            #expect(again.summary.episodesAccepted == 0)
            for episode in try bench.read(summary) {
                let original = try #require(known[EpisodeDigest.digest(of: episode)]).metadata
                #expect(episode.metadata.instruction == original.instruction)
                #expect(episode.metadata.outcome == original.outcome)
                #expect(episode.metadata.cameras == original.cameras)
                #expect(
                    episode.metadata.embodiment.controlRateHertz
                        == original.embodiment.controlRateHertz)
            }
        }
    }

    @Test("of other recordings have state and action as vectors, and every other array as it was")
    func others() throws {
        try withBench { bench in
            try bench.ingest("cameras")
            let known = try bench.episodes()
            let digests = try bench.digests()
            try bench.snapshot(of: digests)
            let summary = try bench.export(.lerobot)
            #expect(summary.parts.count == 1)
            for (digest, episode) in zip(digests, try bench.read(summary)) {
                let original = try #require(known[digest])
                #expect(try episode.stateMatrix() == original.stateMatrix())
                #expect(try episode.actionMatrix() == original.actionMatrix())
                #expect(episode.metadata.outcome == original.metadata.outcome)
                #expect(episode.metadata.instruction == original.metadata.instruction)
                for name in ["rewards", "dones", "timestamps"] {
                    #expect(episode.array(named: name) == original.array(named: name))
                }
                let times = try #require(try episode.timestamps())
                #expect(times == (0..<6).map { Double(Float(Double($0) / 20)) })
                try comparePictures(episode, original)
            }
        }
    }

    @Test("keep episodes that nobody has judged apart from failures")
    func unlabelled() throws {
        try withBench { bench in
            try bench.ingest("good")
            let digests = try bench.digests()
            let entries = digests.enumerated().map { index, digest in
                ExperienceSnapshot.Entry(
                    episode: digest, weight: 1, neverPositive: false,
                    outcome: index == 0 ? .unlabelled : .failure)
            }
            try bench.snapshot(of: entries)
            let summary = try bench.export(.lerobot)
            #expect(summary.parts.map(\.episodes) == [1, 2])
            #expect(summary.parts[1].path == summary.parts[0].path + "-2")
            let labelled = URL(filePath: summary.folder).appending(path: summary.parts[1].path)
            let data = try ParquetFile(
                readingFrom: labelled.appending(path: "data/chunk-000/file-000.parquet").path)
            #expect(data.columns.contains("next.success"))
            #expect(
                try data.rows(0..<12).numbers("next.success").bytes
                    == [UInt8](repeating: 0, count: 12))
            let other = URL(filePath: summary.folder).appending(path: summary.parts[0].path)
            let unjudged = try ParquetFile(
                readingFrom: other.appending(path: "data/chunk-000/file-000.parquet").path)
            #expect(!unjudged.columns.contains("next.success"))
            #expect(
                try bench.read(summary).dropFirst().map(\.metadata.outcome) == [.failure, .failure])
        }
    }

    @Test("have labels as columns, and statistics of every column")
    func labels() throws {
        try withBench { bench in
            try bench.ingest("good")
            let digests = try bench.digests()
            try bench.label(try bench.snapshot(of: digests))
            let summary = try bench.export(.lerobot)
            let dataset = URL(filePath: summary.folder).appending(
                path: try #require(summary.parts.first).path)
            let file = try ParquetFile(
                readingFrom: dataset.appending(path: "data/chunk-000/file-000.parquet").path)
            let rows = try file.rows(0..<18)
            let expected = bench.labels(of: Array(0..<18), offset: 0)
            #expect(try rows.numbers("nightshift.value").bytes == bytes(expected.values))
            #expect(try rows.numbers("nightshift.advantage").bytes == bytes(expected.advantages))
            #expect(try rows.numbers("nightshift.indicator").bytes == bytes(expected.indicators))

            struct Statistics: Decodable {
                let min: [Double], max: [Double], mean: [Double], std: [Double]
                let count: [Int]
            }
            let all = try JSONDecoder().decode(
                [String: Statistics].self,
                from: Data(contentsOf: dataset.appending(path: "meta/stats.json")))
            #expect(Set(all.keys) == Set(file.columns))
            let index = try #require(all["frame_index"])
            #expect(index.min == [0] && index.max == [5] && index.mean == [2.5])
            #expect(index.count == [18])
            // Of 0 to 5: the mean of the squares of 2.5, 1.5 and 0.5 is 35 twelfths.
            #expect(abs(index.std[0] - (35.0 / 12).squareRoot()) < 1e-12)
            #expect(all["observation.state"]?.mean.count == 3)
        }
    }

    @Test("ask for the control rate of a robot where nobody knows it")
    func rate() throws {
        try withBench { bench in
            try bench.ingest("aloha-raw_episode_0")
            try bench.snapshot(of: bench.digests())
            let error = #expect(throws: StageError.self) { try bench.export(.lerobot) }
            #expect(error?.exitCode == 2)
            #expect(error?.next.contains("--fps 50") == true)
            let summary = try bench.export(.lerobot, framesPerSecond: 50)
            let rates = try bench.read(summary).map(\.metadata.embodiment.controlRateHertz)
            #expect(rates == [50])
        }
    }

    private func comparePictures(_ episode: Episode, _ original: Episode) throws {
        let cameras = original.metadata.cameras
        #expect(!cameras.isEmpty)
        #expect(episode.metadata.cameras.map(\.name) == cameras.map(\.name))
        var decoder = PNGDecoder()
        for (camera, raw) in zip(episode.metadata.cameras, cameras) {
            let expected = try #require(original.array(named: raw.array))
            var pixels: [UInt8] = []
            for step in 0..<episode.metadata.stepCount {
                var room: [UInt8] = []
                let frame = try episode.frame(of: camera, step: step)
                let size = try decoder.decode(
                    frame.bytes.span, pixelLimit: 1 << 20, into: &room)
                #expect([size.height, size.width] == Array(expected.shape[1...2]))
                pixels += room
            }
            #expect(pixels == expected.bytes)
        }
    }
}
#else
@Suite("Exports as LeRobot, built without support")
struct LeRobotExportTests {
    @Test("say what to build")
    func unsupported() throws {
        try withBench { bench in
            try bench.ingest("good")
            try bench.snapshot(of: bench.digests())
            let error = #expect(throws: StageError.self) { try bench.export(.lerobot) }
            #expect(error?.exitCode == 69)
            #expect(error?.message.contains("built without LeRobot support") == true)
        }
    }
}
#endif
