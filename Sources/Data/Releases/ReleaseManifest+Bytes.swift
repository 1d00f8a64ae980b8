package import Digests
import Foundation

extension ReleaseManifest {
    /// What the field `format` of every manifest says.
    package static let formatName = "nightshift.release"
    /// The newest version of the format that this program reads, and the one that it writes.
    package static let formatVersion = 1

    /// The bytes that are signed, stored and named: see ``CanonicalJSON``.
    package func canonicalBytes() throws -> [UInt8] { try CanonicalJSON.bytes(of: self) }

    /// The id of the release that this manifest describes: SHA-256 of its canonical bytes.
    package func releaseID() throws -> Digest { Digest.of(try canonicalBytes()) }

    /// Reads a manifest whose bytes the caller has already verified.
    ///
    /// - Throws: ``ReleaseError`` `.manifestUnreadable` or `.manifestTooNew`.
    package init(verifiedBytes bytes: [UInt8]) throws(ReleaseError) {
        struct Header: Decodable {
            let format: String
            let version: Int
        }
        let data = Data(bytes)
        do {
            let header = try JSONDecoder().decode(Header.self, from: data)
            guard header.format == Self.formatName else {
                throw ReleaseError.manifestUnreadable(
                    "its format is '\(header.format)', expected '\(Self.formatName)'")
            }
            guard header.version <= Self.formatVersion else {
                throw ReleaseError.manifestTooNew(
                    found: header.version, newest: Self.formatVersion)
            }
            self = try JSONDecoder().decode(ReleaseManifest.self, from: data)
        } catch let error as ReleaseError {
            throw error
        } catch {
            throw .manifestUnreadable("\(error)")
        }
    }
}
