import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Nightly
import StageRuns
import TestSupport
import Testing

@Suite("nightshift plateau") struct PlateauReportTests {
    private static func lines(_ task: String, _ rates: [Double], evaluations: Int) -> String {
        zip([50, 100, 200, 400], rates).map { episodes, rate in
            """
            {"task": "\(task)", "episodes": \(episodes), "evaluations": \(evaluations), \
            "successes": \(Int(rate * Double(evaluations)))}
            """
        }.joined(separator: "\n") + "\n"
    }

    private static func report(_ text: String, in directory: URL) throws -> PlateauReport {
        let file = directory.appending(path: "points.jsonl")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try PlateauReport(points: file, options: nil)
    }

    @Test("judges each task of a file by its own points, and says what to collect")
    func points() throws {
        try withTemporaryDirectory { directory in
            let report = try Self.report(
                Self.lines("steep", [0.3, 0.45, 0.6, 0.75], evaluations: 2000)
                    + Self.lines("flat", [0.8, 0.8, 0.8, 0.8], evaluations: 2000)
                    + Self.lines("few", [0.8, 0.8, 0.8, 0.8], evaluations: 20)
                    + #"{"task": "one", "episodes": 5, "evaluations": 9, "successes": 2}"#,
                in: directory)
            let found = Dictionary(uniqueKeysWithValues: report.tasks.map { ($0.task, $0) })
            #expect(found["steep"]?.verdict == "helps")
            #expect(try #require(found["steep"]?.low) > 0.02)
            #expect(found["flat"]?.verdict == "plateau")
            #expect(found["flat"]?.collect.contains("learning from experience") == true)
            #expect(found["few"]?.verdict == "undecided")
            #expect(try #require(found["few"]?.needed_evaluations) >= 200)
            let one = try #require(found["one"])
            #expect(one.verdict == "undecided" && one.gain_per_doubling == nil)
            #expect(one.collect.contains("three different numbers of episodes, and there is 1"))
            let json = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(report))
            #expect((json as? [[String: Any]])?.count == 4)
        }
    }

    @Test(
        "a line that is no point is refused by its number",
        arguments: [
            #"{"task": "a", "episodes": 5}"#, "no json",
            #"{"task": "a", "episodes": 5, "evaluations": 2, "successes": 3}"#,
        ])
    func refused(line: String) throws {
        try withTemporaryDirectory { directory in
            let good = #"{"task": "a", "episodes": 5, "evaluations": 2, "successes": 1}"# + "\n"
            let error = #expect(throws: StageError.self) {
                try Self.report(good + line, in: directory)
            }
            let found = try #require(error)
            #expect(found.message.contains("points.jsonl line 2: found"))
            #expect(found.exitCode == 65)
        }
    }

    @Test("a workspace without evaluations says how to get some")
    func nothing() throws {
        try withTemporaryDirectory { directory in
            let error = #expect(throws: StageError.self) {
                try PlateauReport(points: nil, options: StageOptions(workspace: directory))
            }
            let found = try #require(error)
            #expect(found.next.contains("--points FILE.jsonl"))
        }
    }

    /// Evidence of a night, as shadow-evaluate keeps it: so many of 100 episodes succeeded.
    private static func addNight(
        to workspace: URL, episodes: Int, successes: Int, incumbent: Digest?, seed: Int,
        longer: Bool
    ) throws -> Digest {
        let catalogue = try ExperienceCatalogue.open(workspace: workspace, databaseURL: nil)
        let objects = ObjectStore(workspace: workspace)
        let manifest = try objects.put(
            Array(
                #"{"tasks": [{"instruction": "push", "embodiment": "arm", "trainingEpisodes": \#(episodes)}]}"#
                    .utf8))
        for count in longer ? [100, 400] : [100] {
            let wins = successes * count / 100
            let evidence = """
                {"candidate": "\(manifest)", \(incumbent.map { "\"incumbent\": \"\($0)\", " } ?? "")
                 "simulation": {"firstSeed": \(seed), "comparison": {"tasks": [{"task": "push (arm)",
                 "pairs": {"wins": \(wins), "losses": 0, "ties": \(count - wins)},
                 "candidateSuccesses": \(wins), "incumbentSuccesses": 0, "isShared": false}]}}}
                """
            let digest = try objects.put(Array(evidence.utf8))
            let attempt = try catalogue.beginAttempt(
                stage: "shadow-evaluate", key: Digest.of("\(episodes) \(count)"), run: nil,
                configurationJSON: "{}", environmentJSON: "{}")
            try catalogue.succeed(
                attempt,
                outputs: [
                    Artefact(kind: "evidence", name: "evidence.json", digest: digest, byteCount: 1)
                ], summaryJSON: "{}")
        }
        return manifest
    }

    @Test("takes what simulated robots found of past candidates, the longest look of each once")
    func candidates() throws {
        try withTemporaryDirectory { directory in
            let workspace = directory.appending(path: "workspace")
            _ = try Workspace(root: workspace)
            var last: Digest?
            for (number, night) in [(50, 30), (100, 45), (200, 60), (400, 75)].enumerated() {
                last = try Self.addNight(
                    to: workspace, episodes: night.0, successes: night.1, incumbent: last,
                    seed: number, longer: true)
            }
            let report = try PlateauReport(
                points: nil, options: StageOptions(workspace: workspace))
            let task = try #require(report.tasks.first)
            #expect(report.tasks.count == 1 && task.task == "push (arm)")
            #expect(task.episodes == [50, 100, 200, 400])
            #expect(task.evaluations_per_point == 400)
            #expect(task.verdict == "helps")
        }
    }
}
