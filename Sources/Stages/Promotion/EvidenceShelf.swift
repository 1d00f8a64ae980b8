import Releases
import Catalogue
import Digests
import EpisodeStore
import Foundation

/// The evidence objects that shadow-evaluate has published.
struct EvidenceShelf {
    let catalogue: ExperienceCatalogue
    let objects: ObjectStore

    /// One of them.
    struct Entry {
        let digest: Digest
        let summary: EvidenceSummary
    }

    /// The newest evidence about a release; nil where there is none among the last 1000.
    func newest(about release: Digest) throws -> Entry? {
        for attempt in try catalogue.attempts(stage: "shadow-evaluate", limit: 1000)
        where attempt.state == .succeeded {
            let digest = try attempt.output(ofKind: "evidence").digest
            let summary = try JSONDecoder().decode(
                EvidenceSummary.self, from: Data(try objects.read(digest)))
            if summary.candidate == release { return Entry(digest: digest, summary: summary) }
        }
        return nil
    }
}
