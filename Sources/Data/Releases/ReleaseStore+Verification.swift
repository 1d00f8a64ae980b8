package import Digests
import EpisodeStore
import Foundation

extension ReleaseStore {
    /// Checks a resident release: id, signature, manifest, weights, in this order.
    ///
    /// Nothing of the manifest or the weights is parsed before it is known to be what was signed.
    ///
    /// - Throws: ``ReleaseError``.
    package func verified(
        _ release: Digest, key: VerificationKey
    ) throws -> VerifiedRelease {
        let (manifest, signature) = try verifiedManifest(release, key: key)
        let weights = url(of: release).appending(path: FileName.weights)
        guard let length = Self.byteCount(weights) else {
            throw ReleaseError.fileMissing(path: weights.path)
        }
        guard length == manifest.weights.byteCount else {
            throw ReleaseError.weightsLength(
                release: release.hex, found: length, expected: manifest.weights.byteCount)
        }
        try Self.check(
            try ObjectStore.digest(ofFile: weights), against: manifest, release: release)
        return VerifiedRelease(
            id: release, manifest: manifest, signature: signature, weights: weights)
    }

    /// The policy's checkpoint, after the same checks; the bytes returned are those hashed.
    ///
    /// - Throws: ``ReleaseError``.
    package func verifiedWeights(
        _ release: Digest, key: VerificationKey
    ) throws -> (manifest: ReleaseManifest, weights: [UInt8]) {
        let (manifest, _) = try verifiedManifest(release, key: key)
        let bytes = try read(
            FileName.weights, of: release, limit: manifest.weights.byteCount + 1)
        guard bytes.count == manifest.weights.byteCount else {
            throw ReleaseError.weightsLength(
                release: release.hex, found: bytes.count, expected: manifest.weights.byteCount)
        }
        try Self.check(Digest.of(bytes), against: manifest, release: release)
        return (manifest, bytes)
    }

    private func verifiedManifest(
        _ release: Digest, key: VerificationKey
    ) throws -> (ReleaseManifest, ReleaseSignature) {
        let path = url(of: release).appending(path: FileName.signature).path
        let signature = try ReleaseSignature(
            parsing: try read(FileName.signature, of: release, limit: 1 << 14), path: path)
        let manifest = try read(FileName.manifest, of: release, limit: 1 << 26)
        guard Digest.of(manifest) == release else {
            throw ReleaseError.manifestChanged(
                release: release.hex, found: Digest.of(manifest))
        }
        guard signature.key == key.description else {
            throw ReleaseError.keyUnknown(
                release: release.hex, key: signature.key, expected: key.description)
        }
        guard signature.verifies(manifest: manifest, with: key) else {
            throw ReleaseError.signatureInvalid(release: release.hex, key: signature.key)
        }
        return (try ReleaseManifest(verifiedBytes: manifest), signature)
    }

    /// The file's bytes, at most `limit` of them.
    private func read(_ name: String, of release: Digest, limit: Int) throws -> [UInt8] {
        let file = url(of: release).appending(path: name)
        guard Self.byteCount(file) != nil else { throw ReleaseError.fileMissing(path: file.path) }
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }  // it was only read from
        return Array(try handle.read(upToCount: limit) ?? Data())
    }

    private static func check(
        _ found: Digest, against manifest: ReleaseManifest, release: Digest
    ) throws {
        guard found == manifest.weights.digest else {
            throw ReleaseError.weightsChanged(
                release: release.hex, found: found, expected: manifest.weights.digest)
        }
    }

    private static func byteCount(_ file: URL) -> Int? {
        let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        return values?.isRegularFile == true ? values?.fileSize : nil  // nil: there is no file
    }
}
