import Catalogue
import Digests
import Testing

@Suite("Releases, channels and their history")
struct ChannelTests {
    @Test("A channel moves only from where the caller saw it", arguments: TestDatabase.allCases)
    func compareAndSwap(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.insertRelease("a", sequence: 1)
            try catalogue.insertRelease("b", sequence: 2)
            try move(catalogue, to: "a", from: nil)
            let conflict = CatalogueError.conflict(
                what: "channel production", found: "a", expected: "no release")
            #expect(throws: conflict) { try move(catalogue, to: "b", from: nil) }
            #expect(throws: CatalogueError.notFound(what: "release c")) {
                try move(catalogue, to: "c", from: "a")
            }
            #expect(try catalogue.channel("production") == "a")
            try move(catalogue, to: "b", from: "a")
            try move(catalogue, to: nil, from: "b")
            #expect(try catalogue.channel("production") == nil)
            let history = try catalogue.channelHistory()
            #expect(history.map(\.sequence) == [1, 2, 3])
            #expect(history.map(\.entry.release) == ["a", "b", nil])
            #expect(history.map(\.entry.previousRelease) == [nil, "a", "b"])
            #expect(history[1].previousHash == history[0].hash)
            try catalogue.verifyHistory()
        }
    }

    @Test("An overtaken attempt moves no channel", arguments: TestDatabase.allCases)
    func fencedMove(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.insertRelease("a", sequence: 1)
            let old = try catalogue.begin("promote")
            _ = try catalogue.begin("promote")
            #expect(throws: CatalogueError.self) {
                try catalogue.moveChannel(
                    "production", to: "a", from: nil, decisionJSON: "{}", actor: "auto",
                    at: noon, guardedBy: old)
            }
            #expect(try catalogue.channels() == [])
            #expect(try catalogue.channelHistory() == [])
        }
    }

    @Test(
        "Versions only go up, and a known release is left alone", arguments: TestDatabase.allCases)
    func versions(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            #expect(try catalogue.nextReleaseSequence() == 1)
            try catalogue.insertRelease("a", sequence: 1)
            try catalogue.insertRelease("a", sequence: 1)
            #expect(throws: CatalogueError.self) {
                try catalogue.insertRelease("b", sequence: 1)
            }
            try catalogue.write { try $0.setReleaseState("a", from: .candidate, to: .released) }
            #expect(throws: CatalogueError.self) {
                try catalogue.write { try $0.setReleaseState("a", from: .candidate, to: .rejected) }
            }
            try catalogue.write {
                try $0.setPinned(true, release: "a", decisionJSON: "{}", actor: "ann", at: noon)
            }
            let release = try #require(try catalogue.release(id: "a"))
            #expect(release.state == .released)
            #expect(release.isPinned)
            #expect(try catalogue.releases(limit: 5) == [release])
            #expect(try catalogue.channelHistory().map(\.entry.action) == [.pinned])
        }
    }

    /// Each is a way to forge the history, and the record that verification must name.
    static let forgeries: [(sql: String, broken: Int)] = [
        ("UPDATE history SET actor = 'mallory' WHERE sequence = 2", 2),
        ("UPDATE history SET decision = '{}' WHERE sequence = 1", 1),
        ("UPDATE history SET release = NULL WHERE sequence = 3", 3),
        ("DELETE FROM history WHERE sequence = 2", 2),
        ("DELETE FROM history WHERE sequence = 3", 3),
        ("UPDATE channel SET release = 'a'", 3),
        ("UPDATE history SET hash = previous_hash WHERE sequence = 2", 2),
    ]

    @Test(
        "Verification names the first forged record", arguments: TestDatabase.allCases,
        forgeries)
    func forgery(database: TestDatabase, forgery: (sql: String, broken: Int)) throws {
        try database.withEmpty { open in
            let catalogue = try ExperienceCatalogue(database: open())
            for (index, id) in ["a", "b", "c"].enumerated() {
                try catalogue.insertRelease(id, sequence: index + 1)
            }
            try move(catalogue, to: "a", from: nil)
            try move(catalogue, to: "b", from: "a")
            try move(catalogue, to: "c", from: "b")
            try catalogue.verifyHistory()
            _ = try open().write { try $0.execute(forgery.sql, []) }
            let error = #expect(throws: CatalogueError.self) { try catalogue.verifyHistory() }
            guard case .historyBroken(let sequence, _) = error else {
                Issue.record("found \(String(describing: error))")
                return
            }
            #expect(sequence == forgery.broken)
        }
    }

    private func move(
        _ catalogue: ExperienceCatalogue, to release: String?, from expected: String?
    ) throws {
        try catalogue.moveChannel(
            "production", to: release, from: expected,
            decisionJSON: #"{"evidence":"none/yet"}"#, actor: "auto", at: noon)
    }
}
