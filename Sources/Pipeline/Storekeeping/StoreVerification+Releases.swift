import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

extension StoreVerification {
    /// The releases whose bytes are kept.
    func keptReleases() throws -> [ReleaseRecord] {
        let freed = try session.catalogue.freedReleases()
        return try session.catalogue.releases(limit: 1 << 30).filter { !freed.contains($0.id) }
    }

    func verifyReleases(_ report: inout VerificationReport) throws {
        let store = ReleaseStore(workspace: session.workspace.root)
        let records = try keptReleases()
        let pointers = try session.catalogue.pointers()
        report.releases = records.count
        report.channels = pointers.count
        guard !records.isEmpty || !pointers.isEmpty else { return }
        let key: VerificationKey
        do {
            key = try SigningKeyFile(workspace: session.workspace.root).readPublic()
        } catch {
            return report.add(
                .init(kind: .missing, what: "release", id: "key", message: "\(error)"))
        }
        let needed = Set(pointers.values)
        for record in records {
            let id = try Digest(hex: record.id)
            guard store.isResident(id) else {
                if needed.contains(id) || record.isPinned {
                    report.add(
                        .init(
                            kind: .missing, what: "release", id: record.id,
                            message: "\(store.url(of: id).path) is not there; 'promote status' "
                                + "writes it again from the object store"))
                }
                continue
            }
            do {
                let release = try store.verified(id, key: key)
                report.bytesRead += release.manifest.weights.byteCount
            } catch {
                report.add(
                    .init(
                        kind: .damaged, what: "release", id: record.id, message: "\(error)"))
            }
        }
        try verifyChannels(pointers, key, &report)
    }

    private func verifyChannels(
        _ pointers: [String: Digest], _ key: VerificationKey, _ report: inout VerificationReport
    ) throws {
        let links = ChannelLinks(workspace: session.workspace.root)
        let records = try session.catalogue.channels()
        let moves = Dictionary(
            records.map { ($0.name, $0.historySequence) }, uniquingKeysWith: max)
        let repair = "'promote status' repairs it from the catalogue"
        for (channel, release) in pointers.sorted(by: { $0.key < $1.key }) {
            func differs(_ message: String) {
                report.add(
                    .init(
                        kind: .differs, what: "channel", id: channel,
                        message: "\(message); \(repair)"))
            }
            do {
                let found = try links.release(of: channel)
                if found != release {
                    differs(
                        "its link names \(found?.hex ?? "nothing"), and the catalogue \(release)")
                }
            } catch {
                differs("\(error)")
            }
            guard let statement = links.statement(of: channel) else {
                differs("there is no statement in \(links.statementFile(of: channel).path)")
                continue
            }
            if !statement.verifies(with: key) {
                differs("the signature of its statement does not fit key \(key)")
            } else if statement.release != release || statement.move != moves[channel] {
                differs(
                    "its statement names \(statement.release) by move \(statement.move), and the "
                        + "catalogue \(release) by move \(moves[channel] ?? 0)")
            }
        }
        for name in try links.names() where pointers[name] == nil {
            report.add(
                .init(
                    kind: .differs, what: "channel", id: name,
                    message: "there is a link, and the catalogue points it nowhere; \(repair)"))
        }
    }
}
