import Catalogue
package import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

/// What was made from episodes: whoever is asked to forget them must know who has learned from them.
package struct ExperienceUses: Codable, Equatable, Sendable {
    /// A release whose training saw the episodes.
    package struct Release: Codable, Equatable, Sendable {
        package var id: String
        package var version: Int
        /// Channels that point to it.
        package var channels: [String]
    }

    package var snapshots: [Digest] = []
    package var labelSets: [Digest] = []
    package var releases: [Release] = []
    /// Attempts whose outputs saw the episodes: they are not reused any more.
    package var attempts: [String] = []
    /// Objects that could not be read, so that nobody knows.
    package var unreadable: [String] = []

    private enum CodingKeys: String, CodingKey {
        case snapshots, releases, attempts, unreadable
        case labelSets = "label_sets"
    }

    /// Looks for the episodes in everything that is kept.
    ///
    /// - Throws: the catalogue's errors. What cannot be read is listed.
    init(of episodes: Set<Digest>, in session: StageSession) throws {
        let kept = try session.catalogue.keptArtefacts()
        for item in kept where item.artefact.kind == "snapshot" {
            note(item, among: \.snapshots) {
                let bytes = try session.objects.read(item.artefact.digest)
                return try ExperienceSnapshot(bytes: bytes).entries.contains {
                    episodes.contains($0.episode)
                }
            }
        }
        let seen = Set(snapshots)
        for item in kept where item.artefact.kind == "label-set" {
            note(item, among: \.labelSets) {
                seen.contains(
                    try LabelSet(item.artefact.digest, in: session.objects).notes.snapshot)
            }
        }
        for item in kept where item.artefact.kind == "candidate" {
            note(item) {
                seen.contains(
                    try Self.manifest(item.artefact.digest, in: session.objects).snapshot)
            }
        }
        try noteReleases(seen, session)
    }

    private mutating func noteReleases(_ seen: Set<Digest>, _ session: StageSession) throws {
        let channels = try session.catalogue.channels()
        for record in try session.catalogue.releases(limit: 1 << 30) {
            do {
                let manifest = try Self.manifest(record.manifest, in: session.objects)
                guard seen.contains(manifest.snapshot) else { continue }
                releases.append(
                    Release(
                        id: record.id, version: record.sequence,
                        channels: channels.filter { $0.release == record.id }.map(\.name)))
            } catch {
                unreadable.append("release \(record.id): \(error)")
            }
        }
    }

    private mutating func note(
        _ item: KeptArtefact, among found: WritableKeyPath<Self, [Digest]>? = nil,
        _ saw: () throws -> Bool
    ) {
        do {
            guard try saw() else { return }
            if let found, !self[keyPath: found].contains(item.artefact.digest) {
                self[keyPath: found].append(item.artefact.digest)
            }
        } catch {
            // It may have seen them: then it is not to be reused either.
            unreadable.append("\(item.artefact.kind) \(item.artefact.digest): \(error)")
        }
        if attempts.last != item.attempt { attempts.append(item.attempt) }
    }

    private static func manifest(
        _ digest: Digest, in objects: ObjectStore
    ) throws -> ReleaseManifest {
        try ReleaseManifest(verifiedBytes: try objects.read(digest))
    }
}
