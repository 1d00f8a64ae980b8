package import Catalogue
package import Digests
package import EpisodeStore
package import Foundation

/// A workspace's releases and channels, with the key that signs them.
///
/// Its callers hold the workspace's promotion lock.
package struct ReleaseDesk {
    private let catalogue: ExperienceCatalogue
    package let objects: ObjectStore
    package let store: ReleaseStore
    package let links: ChannelLinks
    package let key: SigningKey

    /// The desk of the workspace at `root`, whose signing key is made if there is none.
    package init(
        workspace root: URL, catalogue: ExperienceCatalogue, objects: ObjectStore
    ) throws {
        self.catalogue = catalogue
        self.objects = objects
        store = ReleaseStore(workspace: root)
        links = ChannelLinks(workspace: root)
        key = try SigningKeyFile(workspace: root).openOrCreate()
    }

    /// Signs a manifest that is in the object store, and writes the release where robots take it.
    ///
    /// A release that is there and true is left alone, with the signature that it has.
    package func materialise(_ release: Digest, sequence: Int) throws -> VerifiedRelease {
        let manifest = try objects.read(release)
        let signature = try ReleaseSignature(
            signing: manifest, sequence: sequence, signedAt: timestamp(), with: key)
        return try store.materialise(
            manifest: manifest, signature: signature, key: key.publicKey)
    }

    /// Makes links and signed statements say what the catalogue says, and reads them back.
    ///
    /// Finishes what a crash between the catalogue's transaction and the links left undone.
    @discardableResult
    package func settle() throws -> [ChannelRepair] {
        let pointers = try catalogue.pointers()
        for release in Set(pointers.values) where !store.isResident(release) {
            guard let record = try catalogue.release(id: release.hex) else { continue }
            _ = try materialise(release, sequence: record.sequence)
        }
        let repairs = try links.repair(from: pointers)
        for channel in try catalogue.channels() { try publishStatement(of: channel) }
        for (channel, release) in pointers {
            let found = try links.release(of: channel)
            guard found == release else {
                throw ReleaseError.channelDiffers(
                    channel: channel, link: found?.hex ?? "nothing", catalogue: release.hex)
            }
        }
        return repairs
    }

    private func publishStatement(of channel: ChannelRecord) throws {
        guard let id = channel.release, let record = try catalogue.release(id: id) else { return }
        let published = links.statement(of: channel.name)
        if let published, published.move == channel.historySequence,
            published.release.hex == id, published.verifies(with: key.publicKey)
        {
            return
        }
        let history = try catalogue.channelHistory()
        guard let move = history.first(where: { $0.sequence == channel.historySequence }) else {
            throw CatalogueError.notFound(what: "history record \(channel.historySequence)")
        }
        try links.publish(
            ChannelStatement(
                channel: channel.name, release: try Digest(hex: id), sequence: record.sequence,
                move: move.sequence, action: move.isRollback ? .rollback : .promotion,
                movedAt: move.entry.at, signedWith: key))
    }
}
