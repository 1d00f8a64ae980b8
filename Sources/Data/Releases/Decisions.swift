package import Catalogue
package import Digests
import Foundation

extension HistoryRecord {
    /// The decision in the record; nil for a record of another program.
    package var decision: PromotionDecision? {
        try? JSONDecoder().decode(  // nil says it
            PromotionDecision.self, from: Data(entry.decisionJSON.utf8))
    }

    /// Whether a channel was moved back.
    package var isRollback: Bool { decision?.kind == .rollback }

    /// The release that it is about.
    package func release() throws -> Digest? { try entry.release.map { try Digest(hex: $0) } }
}

extension ExperienceCatalogue {
    /// Where every channel points.
    package func pointers() throws -> [String: Digest] {
        var pointers: [String: Digest] = [:]
        for channel in try channels() {
            pointers[channel.name] = try channel.release.map { try Digest(hex: $0) }
        }
        return pointers
    }
}
