import Digests
import EpisodeStore
import Foundation
import Releases
import TestSupport
import Testing

/// A workspace with one release materialised in it.
private struct Fixture {
    let root: URL
    let store: ReleaseStore
    let key: SigningKey
    let manifest: [UInt8]
    let signature: ReleaseSignature
    let id: Digest
    let weights: [UInt8]

    init(root: URL, sequence: Int = 1) throws {
        self.root = root
        store = ReleaseStore(workspace: root)
        key = try testKey()
        weights = Array(repeating: 42, count: 3_000_000)
        _ = try ObjectStore(workspace: root).put(weights)
        manifest = try ReleasesTests.manifest(weights: weights).canonicalBytes()
        id = Digest.of(manifest)
        signature = try ReleaseSignature(
            signing: manifest, sequence: sequence, signedAt: "2026-01-02T03:04:05Z", with: key)
        _ = try store.materialise(manifest: manifest, signature: signature, key: key.publicKey)
    }

    func file(_ name: String) -> URL { store.url(of: id).appending(path: name) }

    func verify() throws { _ = try store.verified(id, key: key.publicKey) }
}

/// Flips one bit in the middle of a file.
private func flipBit(of file: URL) throws {
    var bytes = Array(try Data(contentsOf: file))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: file)
}

@Suite("Release store") struct ReleaseStoreTests {
    @Test("a materialised release is what was signed, and its weights are those of the object")
    func materialises() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let release = try fixture.store.verified(fixture.id, key: fixture.key.publicKey)
            #expect(release.signature == fixture.signature)
            #expect(Array(try Data(contentsOf: release.weights)) == fixture.weights)
            let loaded = try fixture.store.verifiedWeights(fixture.id, key: fixture.key.publicKey)
            #expect(loaded.weights == fixture.weights)
            #expect(Array(try Data(contentsOf: fixture.file("manifest.json"))) == fixture.manifest)
        }
    }

    @Test("materialising again changes no file")
    func materialisesOnce() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let before =
                try FileManager.default.attributesOfItem(
                    atPath: fixture.file("weights.safetensors").path)[.systemFileNumber] as? Int
            let again = try Fixture(root: root)
            let after =
                try FileManager.default.attributesOfItem(
                    atPath: again.file("weights.safetensors").path)[.systemFileNumber] as? Int
            #expect(before == after)
            #expect(before != nil)
        }
    }

    @Test("changed weights are refused, by digest and by length")
    func changedWeights() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            try flipBit(of: fixture.file("weights.safetensors"))
            let error = #expect(throws: ReleaseError.self) { try fixture.verify() }
            guard case .weightsChanged = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
            try Data([1]).write(to: fixture.file("weights.safetensors"))
            let expected = ReleaseError.weightsLength(
                release: fixture.id.hex, found: 1, expected: fixture.weights.count)
            #expect(throws: expected) { try fixture.verify() }
            #expect(throws: expected) {
                try fixture.store.verifiedWeights(fixture.id, key: fixture.key.publicKey)
            }
        }
    }

    @Test("a changed manifest is refused before it is parsed")
    func changedManifest() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            try Data("{ not even JSON".utf8).write(to: fixture.file("manifest.json"))
            let found = Digest.of(Array("{ not even JSON".utf8))
            #expect(
                throws: ReleaseError.manifestChanged(release: fixture.id.hex, found: found)
            ) { try fixture.verify() }
        }
    }

    @Test("a manifest with its id, but signed by nobody, is refused")
    func forgedDirectory() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let forged = try manifest(seed: 8, weights: fixture.weights).canonicalBytes()
            let target = fixture.store.url(of: Digest.of(forged))
            try FileManager.default.copyItem(at: fixture.store.url(of: fixture.id), to: target)
            try Data(forged).write(to: target.appending(path: "manifest.json"))
            #expect(
                throws: ReleaseError.signatureInvalid(
                    release: Digest.of(forged).hex, key: fixture.key.publicKey.description)
            ) { try fixture.store.verified(Digest.of(forged), key: fixture.key.publicKey) }
        }
    }

    @Test(
        "a changed signature is refused",
        arguments: [
            (#""sequence":1"#, #""sequence":9"#), ("2026-01-02", "2027-01-02"),
            ("Ed25519", "none"), ("nightshift.signature.v1", "nightshift.signature.v0"),
            ("{", "["), (#""signature":"#, #""signature_":"#),
        ])
    func changedSignature(text: String, replacement: String) throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let old = try String(contentsOf: fixture.file("manifest.sig"), encoding: .utf8)
            let new = old.replacingOccurrences(of: text, with: replacement)
            #expect(new != old)
            try Data(new.utf8).write(to: fixture.file("manifest.sig"))
            #expect(throws: ReleaseError.self) { try fixture.verify() }
        }
    }

    @Test("another key's release is refused, and the error names both keys")
    func wrongKey() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let other = try testKey(startingAt: 2).publicKey
            #expect(
                throws: ReleaseError.keyUnknown(
                    release: fixture.id.hex, key: fixture.key.publicKey.description,
                    expected: other.description)
            ) { try fixture.store.verified(fixture.id, key: other) }
        }
    }

    @Test(
        "a missing file is named",
        arguments: ["manifest.json", "manifest.sig", "weights.safetensors"])
    func missingFile(name: String) throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            try FileManager.default.removeItem(at: fixture.file(name))
            let error = #expect(throws: ReleaseError.self) { try fixture.verify() }
            #expect(try #require(error).description.contains(name))
        }
    }

    @Test("what a killed writer left is removed, and a damaged release is written again")
    func leftovers() throws {
        try withTemporaryDirectory { root in
            let fixture = try Fixture(root: root)
            let left = fixture.store.directory.appending(path: ".tmp-left")
            try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
            try Data([1]).write(to: left.appending(path: "weights.safetensors"))
            try flipBit(of: fixture.file("weights.safetensors"))
            try Fixture(root: root).verify()
            let names = try FileManager.default.contentsOfDirectory(
                atPath: fixture.store.directory.path)
            #expect(!names.contains(".tmp-left"))
            #expect(names.contains(fixture.id.hex))
            #expect(names.filter { $0.hasPrefix(".damaged-") }.count == 1)
        }
    }

    @Test("nothing appears where the weights in the object store are damaged")
    func damagedObject() throws {
        try withTemporaryDirectory { root in
            let weights: [UInt8] = [9, 9, 9]
            let objects = ObjectStore(workspace: root)
            let digest = try objects.put(weights)
            try Data([9, 9, 8]).write(to: objects.url(of: digest))
            let bytes = try manifest(weights: weights).canonicalBytes()
            let key = try testKey()
            let signature = try ReleaseSignature(
                signing: bytes, sequence: 1, signedAt: "2026", with: key)
            let store = ReleaseStore(workspace: root)
            #expect(throws: EpisodeStoreError.self) {
                try store.materialise(manifest: bytes, signature: signature, key: key.publicKey)
            }
            #expect(!store.isResident(Digest.of(bytes)))
        }
    }
}
