package import Digests
import EpisodeStore
package import Foundation

/// The key pair that signs a workspace's releases: `keys/release.key` and `keys/release.pub`.
///
/// Both hold 64 hexadecimal digits and a newline. The private one is readable by its owner only.
package struct SigningKeyFile: Sendable {
    package let privateKey: URL
    package let publicKey: URL

    /// The key pair of the workspace at `root`.
    package init(workspace root: URL) {
        let folder = root.appending(path: "keys", directoryHint: .isDirectory)
        privateKey = folder.appending(path: "release.key")
        publicKey = folder.appending(path: "release.pub")
    }

    /// The private key, made at the first call.
    ///
    /// Two processes that both find none agree on one: whoever links its file first wins.
    package func openOrCreate() throws -> SigningKey {
        if !FileManager.default.fileExists(atPath: privateKey.path()) { try create() }
        let key = try read()
        try publish(key.publicKey)
        return key
    }

    /// The private key.
    ///
    /// - Throws: ``ReleaseError`` `.keyExposed` where others can read it, `.keyUnreadable` where it
    ///   is missing or damaged.
    package func read() throws -> SigningKey {
        let path = privateKey.path()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw ReleaseError.keyUnreadable(path: path, found: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw ReleaseError.keyUnreadable(path: path, found: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ReleaseError.keyExposed(path: path, mode: UInt16(status.st_mode & 0o777))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        return try parse(try handle.read(upToCount: 4096) ?? Data())
    }

    /// The public key alone, for those who verify.
    package func readPublic() throws -> VerificationKey {
        guard let data = FileManager.default.contents(atPath: publicKey.path()),
            let raw = bytesOfHexadecimal(Self.text(data)),
            let key = try? VerificationKey(rawRepresentation: raw)  // the error below says more
        else {
            throw ReleaseError.keyUnreadable(path: publicKey.path(), found: "no public key")
        }
        return key
    }

    private func parse(_ data: Data) throws -> SigningKey {
        guard let raw = bytesOfHexadecimal(Self.text(data)), raw.count == 32 else {
            throw ReleaseError.keyUnreadable(
                path: privateKey.path(), found: "\(data.count) bytes that are no key")
        }
        return try SigningKey(rawRepresentation: raw)
    }

    private static func text(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension SigningKeyFile {
    private func create() throws {
        let folder = privateKey.deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let key = SigningKey.generate()
        let temporary = folder.appending(path: ".release.key.\(UUID().uuidString)")
        try writeExclusively(
            Data("\(hexadecimal(key.rawRepresentation))\n".utf8), to: temporary, mode: 0o600)
        defer { unlink(temporary.path()) }
        guard link(temporary.path(), privateKey.path()) == 0 || errno == EEXIST else {
            throw ReleaseError.keyUnreadable(
                path: privateKey.path(), found: String(cString: strerror(errno)))
        }
        try synchronise(folder)
    }

    /// Writes the public key beside the private one, unless it is there already.
    private func publish(_ key: VerificationKey) throws {
        let expected = Data("\(key)\n".utf8)
        guard FileManager.default.contents(atPath: publicKey.path()) != expected else { return }
        try DurableFile.write(Array(expected), to: publicKey)
    }

    private func writeExclusively(_ data: Data, to file: URL, mode: mode_t) throws {
        let descriptor = open(file.path(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw ReleaseError.keyUnreadable(
                path: file.path(), found: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: data)
        try handle.synchronize()
        try handle.close()
    }

    private func synchronise(_ folder: URL) throws {
        let descriptor = open(folder.path(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw ReleaseError.keyUnreadable(
                path: folder.path(), found: String(cString: strerror(errno)))
        }
    }
}
