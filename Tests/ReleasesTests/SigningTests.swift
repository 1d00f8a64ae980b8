import Digests
import Foundation
import Releases
import TestSupport
import Testing

@Suite("Signing") struct SigningTests {
    @Test("the key is made once, for its owner only, and found again")
    func keyIsKept() throws {
        try withTemporaryDirectory { root in
            let file = SigningKeyFile(workspace: root)
            let first = try file.openOrCreate()
            let second = try file.openOrCreate()
            #expect(first.rawRepresentation == second.rawRepresentation)
            #expect(try file.readPublic() == first.publicKey)
            let attributes = try FileManager.default.attributesOfItem(
                atPath: file.privateKey.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let left = try FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: "keys").path)
            #expect(left.sorted() == ["release.key", "release.pub"])
        }
    }

    @Test("many that start at once agree on one key")
    func keyIsMadeOnce() throws {
        try withTemporaryDirectory { root in
            let keys = Keys()
            DispatchQueue.concurrentPerform(iterations: 16) { _ in
                keys.add(Result { try SigningKeyFile(workspace: root).openOrCreate().description })
            }
            let found = try keys.all.map { try $0.get() }
            #expect(found.count == 16)
            #expect(Set(found).count == 1)
        }
    }

    @Test("a key that others can read is refused", arguments: [0o640, 0o604, 0o660, 0o644])
    func exposedKey(mode: Int) throws {
        try withTemporaryDirectory { root in
            let file = SigningKeyFile(workspace: root)
            _ = try file.openOrCreate()
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: file.privateKey.path)
            let path = file.privateKey.path()
            #expect(throws: ReleaseError.keyExposed(path: path, mode: UInt16(mode))) {
                try file.openOrCreate()
            }
        }
    }

    @Test("a damaged key is refused and not replaced", arguments: ["", "abc", "zz"])
    func damagedKey(text: String) throws {
        try withTemporaryDirectory { root in
            let file = SigningKeyFile(workspace: root)
            _ = try file.openOrCreate()
            let handle = try FileHandle(forWritingTo: file.privateKey)
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
            let error = #expect(throws: ReleaseError.self) { try file.openOrCreate() }
            #expect(try #require(error).description.contains("Restore it from your backup"))
            let left = FileManager.default.contents(atPath: file.privateKey.path)
            #expect(left == Data(text.utf8))
        }
    }

    @Test("a signature covers manifest, version and time")
    func signatureCoversAll() throws {
        let key = try testKey()
        let bytes = try manifest().canonicalBytes()
        let signature = try ReleaseSignature(
            signing: bytes, sequence: 3, signedAt: "2026-01-02T03:04:05Z", with: key)
        #expect(signature.verifies(manifest: bytes, with: key.publicKey))
        #expect(!signature.verifies(manifest: bytes + [32], with: key.publicKey))
        #expect(!signature.verifies(manifest: bytes, with: try testKey(startingAt: 2).publicKey))
        for (name, value) in [
            ("sequence", "4"), ("signedAt", "\"2027\""), ("signature", "\"AA==\""),
        ] {
            let altered = try signature.replacing(name, with: value)
            #expect(!altered.verifies(manifest: bytes, with: key.publicKey), "\(name)")
        }
    }

    @Test("a channel statement covers each of its fields")
    func statementCoversAll() throws {
        let key = try testKey()
        let statement = try ChannelStatement(
            channel: "production", release: Digest.of("a"), sequence: 2, move: 9,
            action: .rollback, movedAt: "2026-01-02T03:04:05Z", signedWith: key)
        #expect(statement.verifies(with: key.publicKey))
        let changes = [
            ("channel", "\"canary\""), ("release", "\"\(Digest.of("b"))\""), ("sequence", "3"),
            ("move", "10"), ("action", "\"promotion\""), ("movedAt", "\"2027\""),
        ]
        for (name, value) in changes {
            #expect(
                !(try statement.replacing(name, with: value).verifies(with: key.publicKey)),
                "\(name)")
        }
    }
}

/// What concurrent iterations found.
private final class Keys: @unchecked Sendable {
    // Every access to `found` holds the lock.
    private let lock = NSLock()
    private var found: [Result<String, any Error>] = []

    func add(_ key: Result<String, any Error>) { lock.withLock { found.append(key) } }

    var all: [Result<String, any Error>] { lock.withLock { found } }
}

extension Decodable where Self: Encodable {
    /// The same value with one JSON field set to the JSON text `value`.
    fileprivate func replacing(_ field: String, with value: String) throws -> Self {
        let text = String(decoding: try CanonicalJSON.bytes(of: self), as: UTF8.self)
        let pattern = try Regex("\"\(field)\":(\"[^\"]*\"|[0-9]+)")
        let changed = text.replacing(pattern, with: "\"\(field)\":\(value)")
        #expect(changed != text)
        return try JSONDecoder().decode(Self.self, from: Data(changed.utf8))
    }
}
