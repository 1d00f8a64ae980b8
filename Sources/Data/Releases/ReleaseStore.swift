package import Digests
import EpisodeStore
package import Foundation

/// The releases of a workspace, as robots take them.
///
///     releases/<id>/manifest.json         the canonical manifest; its SHA-256 is the id
///     releases/<id>/manifest.sig          version, time and Ed25519 signature
///     releases/<id>/weights.safetensors   the policy; its SHA-256 is in the manifest
///
/// A release appears whole, by the renaming of a directory, and is never changed.
package struct ReleaseStore: Sendable {
    package let directory: URL
    private let objects: ObjectStore

    /// The releases of the workspace at `root`.
    package init(workspace root: URL) {
        directory = root.appending(path: "releases", directoryHint: .isDirectory)
        objects = ObjectStore(workspace: root)
    }

    /// Where the release is, or would be.
    package func url(of release: Digest) -> URL {
        directory.appending(path: release.hex, directoryHint: .isDirectory)
    }

    /// Whether there is a directory of that name; ``verified(_:key:)`` says whether it is true.
    package func isResident(_ release: Digest) -> Bool {
        FileManager.default.fileExists(atPath: url(of: release).path)
    }

    /// Writes a release where robots take it, durably, and verifies what was written.
    ///
    /// A true release of that name and version is left alone. Only for a caller that holds the
    /// workspace's promotion lock: leftovers of killed writers are removed.
    ///
    /// - Throws: ``ReleaseError``, or the errors of the object store that holds the weights.
    package func materialise(
        manifest: [UInt8], signature: ReleaseSignature, key: VerificationKey
    ) throws -> VerifiedRelease {
        let release = Digest.of(manifest)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try DurableFile.removeLeftovers(in: directory)
        if isResident(release), let resident = try? verified(release, key: key),  // else rewritten
            resident.signature.sequence == signature.sequence
        {
            return resident
        }
        guard signature.verifies(manifest: manifest, with: key) else {
            throw ReleaseError.signatureInvalid(release: release.hex, key: signature.key)
        }
        let incoming = try write(manifest: manifest, signature: signature)
        try moveAside(release)
        try DurableFile.move(incoming, to: url(of: release))
        return try verified(release, key: key)
    }

    private func write(manifest: [UInt8], signature: ReleaseSignature) throws -> URL {
        let weights = try ReleaseManifest(verifiedBytes: manifest).weights
        let folder = DurableFile.temporaryURL(beside: directory.appending(path: "release"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try DurableFile.write(
            try objects.read(weights.digest), to: folder.appending(path: FileName.weights))
        try DurableFile.write(manifest, to: folder.appending(path: FileName.manifest))
        try DurableFile.write(
            try CanonicalJSON.bytes(of: signature), to: folder.appending(path: FileName.signature))
        return folder
    }

    /// A directory cannot be renamed over one with files in it: a damaged release goes first.
    private func moveAside(_ release: Digest) throws {
        guard isResident(release) else { return }
        let damaged = directory.appending(path: ".damaged-\(release.short)-\(UUID().uuidString)")
        try DurableFile.move(url(of: release), to: damaged)
    }

    enum FileName {
        static let manifest = "manifest.json"
        static let signature = "manifest.sig"
        static let weights = "weights.safetensors"
    }
}

/// A release whose signature and digests were found true.
package struct VerifiedRelease: Sendable {
    package let id: Digest
    package let manifest: ReleaseManifest
    package let signature: ReleaseSignature
    package let weights: URL
}
