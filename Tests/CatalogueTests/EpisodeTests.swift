import Catalogue
import Digests
import Dispatch
import Episodes
import Foundation
import Synchronization
import Testing

@Suite("Episodes in the catalogue")
struct EpisodeTests {
    @Test("come back as they were recorded, by digest", arguments: TestDatabase.allCases)
    func roundTrip(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let records = [episode(3), episode(1, outcome: .unlabelled, robot: nil), episode(2)]
            let result = try catalogue.record(episodes: records, guardedBy: nil)
            #expect(result.inserted == 3)
            var streamed: [EpisodeRecord] = []
            try catalogue.forEachEpisode { streamed.append($0) }
            #expect(streamed == records.sorted { $0.digest < $1.digest })
            #expect(
                try catalogue.episodes(withDigests: [digest(2), digest(3)])
                    == [episode(2), episode(3)])
            var outlines: [EpisodeOutline] = []
            try catalogue.forEachEpisodeOutline { outlines.append($0) }
            #expect(outlines.map(\.stepCount) == streamed.map(\.metadata.stepCount))
            #expect(outlines.map(\.outcome) == streamed.map(\.metadata.outcome))
            #expect(outlines.map(\.robot) == streamed.map(\.metadata.provenance.robot))
        }
    }

    @Test("are kept once, however often they come", arguments: TestDatabase.allCases)
    func duplicates(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.record(episodes: [episode(1)], guardedBy: nil)
            let result = try catalogue.record(
                episodes: [episode(1), episode(2), episode(2)], guardedBy: nil)
            #expect(result.inserted == 1)
            #expect(result.duplicates == [digest(1), digest(2)])
            #expect(try catalogue.episodeCount() == 2)
            #expect(
                try catalogue.knownEpisodes(among: [digest(1), digest(9)]) == [digest(1)])
        }
    }

    @Test("an empty catalogue is made by eight openers at once", arguments: TestDatabase.allCases)
    func concurrentOpeners(database: TestDatabase) throws {
        for _ in 0..<10 {
            try database.withEmpty { open in
                let errors = Mutex<[String]>([])
                DispatchQueue.concurrentPerform(iterations: 8) { _ in
                    do {
                        _ = try ExperienceCatalogue(database: open()).episodeCount()
                    } catch {
                        errors.withLock { $0.append("\(error)") }
                    }
                }
                #expect(errors.withLock { $0 } == [])
            }
        }
    }

    @Test("are kept once by eight writers at once", arguments: TestDatabase.allCases)
    func concurrentWriters(database: TestDatabase) throws {
        try database.withEmpty { open in
            let inserted = Atomic(0)
            let errors = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { writer in
                do {
                    let catalogue = try ExperienceCatalogue(database: open())
                    for batch in 0..<10 {
                        let first = (batch + writer) % 10 * 30
                        let records = (first..<first + 30).map { episode($0) }
                        let result = try catalogue.record(episodes: records, guardedBy: nil)
                        inserted.wrappingAdd(result.inserted, ordering: .relaxed)
                    }
                } catch {
                    errors.withLock { $0.append("\(error)") }
                }
            }
            let problems = errors.withLock { $0 }
            #expect(problems == [])
            #expect(inserted.load(ordering: .relaxed) == 300)
            let count = try ExperienceCatalogue(database: open()).episodeCount()
            #expect(count == 300)
        }
    }

    @Test("are streamed over page borders without gaps", arguments: TestDatabase.allCases)
    func pages(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.record(episodes: (0..<4_000).map { episode($0) }, guardedBy: nil)
            var digests: [Digest] = []
            try catalogue.forEachEpisodeOutline { digests.append($0.digest) }
            #expect(digests == (0..<4_000).map(digest).sorted())
            let lines = digests.map { $0.hex + "\n" }.joined()
            #expect(try catalogue.experienceDigest() == Digest.of(lines))
        }
    }

    @Test("are counted by task and outcome", arguments: TestDatabase.allCases)
    func counts(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            #expect(try catalogue.taskCounts() == [])
            try catalogue.record(
                episodes: [episode(0), episode(1), episode(2, outcome: .failure)], guardedBy: nil)
            let counts = try catalogue.taskCounts()
            #expect(counts.map(\.outcome) == [.failure, .success])
            #expect(counts.map(\.episodes) == [1, 2])
            #expect(counts.map(\.steps) == [102, 201])
        }
    }

    @Test("that are missing are named", arguments: TestDatabase.allCases)
    func missing(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            #expect(throws: CatalogueError.notFound(what: "episode \(digest(5))")) {
                try catalogue.episodes(withDigests: [digest(5)])
            }
        }
    }

    @Test("that were refused keep their reason once", arguments: TestDatabase.allCases)
    func quarantine(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let file = refusal(episode: nil, reason: "unreadable")
            let part = refusal(episode: "demo_4", reason: "not-finite")
            let source = SourceFileRecord(
                digest: digest(-2), name: "a.hdf5", byteCount: 12, format: nil, accepted: 0,
                duplicates: 0, quarantined: 2, ingestedAt: noon)
            for _ in 0..<2 {
                try catalogue.record(
                    episodes: [], quarantined: [file, part], sources: [source], guardedBy: nil)
            }
            #expect(try catalogue.quarantined(limit: 10) == [file, part])
            #expect(try catalogue.quarantineCounts().map(\.count) == [1, 1])
            #expect(try catalogue.sourceFile(digest: digest(-2)) == source)
            #expect(try catalogue.sourceFile(digest: digest(8)) == nil)
        }
    }

    private func refusal(episode: String?, reason: String) -> QuarantineRecord {
        QuarantineRecord(
            sourceFile: digest(-2), fileName: "a.hdf5", episode: episode, stage: "ingest",
            reason: reason, message: "found nonsense", at: noon)
    }
}
