import Digests
import Foundation
import Releases
import Synchronization
import TestSupport
import Testing

@Suite("Channel links") struct ChannelLinksTests {
    private let old = Digest.of("old")
    private let new = Digest.of("new")

    /// A workspace with directories for two releases.
    private func withLinks(_ body: (ChannelLinks) throws -> Void) throws {
        try withTemporaryDirectory { root in
            for release in [old, new] {
                let folder = root.appending(path: "releases/\(release)")
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
                try Data(release.hex.utf8).write(to: folder.appending(path: "manifest.json"))
            }
            try body(ChannelLinks(workspace: root))
        }
    }

    @Test("a channel points where it was pointed last, and robots can follow it")
    func points() throws {
        try withLinks { links in
            #expect(try links.release(of: "production") == nil)
            try links.point("production", at: old)
            try links.point("production", at: new)
            #expect(try links.release(of: "production") == new)
            let followed = links.directory.appending(path: "production/manifest.json")
            #expect(try String(contentsOf: followed, encoding: .utf8) == new.hex)
            #expect(try links.names() == ["production"])
        }
    }

    @Test("a reader finds the old or the new release at every moment of many swaps")
    func swapIsAtomic() throws {
        try withLinks { links in
            try links.point("production", at: old)
            let followed = links.directory.appending(path: "production/manifest.json").path
            let isDone = Atomic(false)
            let misses = Atomic(0)
            let reads = Atomic(0)
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { role in
                if role == 0 {
                    defer { isDone.store(true, ordering: .releasing) }
                    do {
                        for swap in 0..<300 {
                            try links.point("production", at: swap.isMultiple(of: 2) ? new : old)
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                } else {
                    while !isDone.load(ordering: .acquiring) || reads.load(ordering: .relaxed) == 0
                    {
                        let content = FileManager.default.contents(atPath: followed)
                        let text = content.map { String(decoding: $0, as: UTF8.self) }
                        if text != old.hex && text != new.hex {
                            misses.add(1, ordering: .relaxed)
                        }
                        reads.add(1, ordering: .relaxed)
                    }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(misses.load(ordering: .relaxed) == 0)
            #expect(reads.load(ordering: .relaxed) > 0)
        }
    }

    @Test(
        "a name that is no file name is refused",
        arguments: ["", "..", "a/b", ".hidden", "a b", "ä"])
    func refusesNames(name: String) throws {
        try withLinks { links in
            #expect(throws: ReleaseError.channelName(name)) { try links.point(name, at: old) }
        }
    }

    @Test("links that say something else than the catalogue are made to follow it")
    func repairs() throws {
        try withLinks { links in
            try links.point("production", at: old)
            try links.point("stale", at: old)
            try links.point("same", at: new)
            try FileManager.default.createSymbolicLink(
                atPath: links.directory.appending(path: "odd").path,
                withDestinationPath: "/elsewhere")
            let catalogue = ["production": new, "shadow": new, "same": new, "odd": old]
            let repairs = try links.repair(from: catalogue)
            #expect(
                repairs == [
                    ChannelRepair(channel: "odd", found: nil, release: old),
                    ChannelRepair(channel: "production", found: old, release: new),
                    ChannelRepair(channel: "shadow", found: nil, release: new),
                    ChannelRepair(channel: "stale", found: old, release: nil),
                ])
            for (channel, release) in catalogue {
                #expect(try links.release(of: channel) == release)
            }
            #expect(try links.names() == ["odd", "production", "same", "shadow"])
            #expect(try links.repair(from: catalogue) == [])
        }
    }

    @Test("a link that names no release is an error for who reads it")
    func oddLink() throws {
        try withLinks { links in
            try links.point("production", at: old)
            try FileManager.default.createSymbolicLink(
                atPath: links.directory.appending(path: "odd").path,
                withDestinationPath: "../releases/latest")
            #expect(throws: ReleaseError.self) { try links.release(of: "odd") }
        }
    }

    @Test("a statement is published beside the link and read back")
    func statements() throws {
        try withLinks { links in
            try links.point("production", at: old)
            let statement = try ChannelStatement(
                channel: "production", release: old, sequence: 1, move: 1, action: .promotion,
                movedAt: "2026-01-02T03:04:05Z", signedWith: try testKey())
            try links.publish(statement)
            #expect(links.statement(of: "production") == statement)
            #expect(links.statement(of: "shadow") == nil)
            #expect(try links.names() == ["production"])
        }
    }
}
