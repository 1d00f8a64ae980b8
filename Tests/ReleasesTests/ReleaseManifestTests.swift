import Digests
import Foundation
import Releases
import Testing

@Suite("Release manifest") struct ReleaseManifestTests {
    private func golden() throws -> [UInt8] {
        let file = try #require(
            Bundle.module.url(
                forResource: "manifest", withExtension: "json", subdirectory: "Fixtures"))
        return Array(try Data(contentsOf: file))
    }

    @Test("canonical bytes are those that Python's json writes with sorted keys")
    func goldenBytes() throws {
        let found = try manifest().canonicalBytes()
        #expect(
            String(decoding: found, as: UTF8.self) == String(decoding: try golden(), as: UTF8.self))
    }

    @Test("the id is the SHA-256 of the canonical bytes, and does not change between runs")
    func stableID() throws {
        #expect(try manifest().releaseID() == Digest.of(try golden()))
        #expect(try manifest(seed: 8).releaseID() != manifest().releaseID())
    }

    @Test("a manifest is read back as it was written, a release without base or labels too")
    func roundTrip() throws {
        var written = try manifest()
        written.labelSet = nil
        written.base = Digest.of("base")
        written.seed = .max
        let read = try ReleaseManifest(verifiedBytes: written.canonicalBytes())
        #expect(read == written)
        #expect(try read.canonicalBytes() == written.canonicalBytes())
    }

    @Test("a newer format is refused by its version, before its fields are looked at")
    func tooNew() throws {
        let bytes = Array(#"{"format":"nightshift.release","version":2,"new":"field"}"#.utf8)
        #expect(throws: ReleaseError.manifestTooNew(found: 2, newest: 1)) {
            try ReleaseManifest(verifiedBytes: bytes)
        }
    }

    @Test(
        "what is no manifest is refused, and the error says why",
        arguments: [
            ("", "manifest"), ("{", "manifest"), ("[]", "manifest"),
            (#"{"format":"other","version":1}"#, "its format is 'other'"),
            (#"{"format":"nightshift.release","version":1}"#, "weights"),
        ])
    func unreadable(text: String, expected: String) throws {
        let error = #expect(throws: ReleaseError.self) {
            try ReleaseManifest(verifiedBytes: Array(text.utf8))
        }
        #expect(try #require(error).description.contains(expected))
    }

    @Test("a number that JSON cannot say is refused when written")
    func notANumber() throws {
        var broken = try manifest()
        broken.trainingCurve[0].loss = .nan
        #expect(throws: (any Error).self) { try broken.canonicalBytes() }
    }
}
