import Catalogue
package import Digests
import Episodes
import Evidence

/// What is kept in place of a filter's choice.
package enum AuditArm: String, Codable, Sendable, CaseIterable {
    /// What the filter keeps.
    case filter
    /// As many of each task, drawn by the seed.
    case random
    /// As many of each task, the shortest: many a filter only sees length.
    case shortestFirst = "shortest-first"
}

/// Which episodes an arm learns from: every arm as many of each task as the filter keeps.
package struct AuditPool: Sendable {
    /// Episodes that may be learned from, by task, in the order of their digests.
    private let training: [String: [(digest: Digest, stepCount: Int)]]
    /// Episodes that no arm learns from and all are judged on.
    private let heldOut: [Digest]
    private let kept: Set<Digest>

    /// Of all episodes, of which the filter keeps `kept`.
    package init(
        _ episodes: [(digest: Digest, task: String, stepCount: Int)], kept: Set<Digest>,
        heldOutShare: Double
    ) {
        let sorted = episodes.sorted { $0.digest < $1.digest }
        let isHeldOut = { (digest: Digest) in
            Episodes.isHeldOut(digest.hex, share: heldOutShare)
        }
        heldOut = sorted.map(\.digest).filter(isHeldOut)
        let rest = sorted.filter { !isHeldOut($0.digest) }
        training = Dictionary(grouping: rest, by: \.task).mapValues { group in
            group.map { ($0.digest, $0.stepCount) }
        }
        self.kept = kept
    }

    /// Episodes that may be learned from.
    package var candidateCount: Int { training.values.reduce(0) { $0 + $1.count } }

    /// Episodes that the filter lets an arm learn from.
    package var keptCount: Int {
        training.values.reduce(0) { $0 + $1.count { kept.contains($0.digest) } }
    }

    /// The snapshot of an arm, sorted: what it learns from, and what is held out.
    package func snapshot(_ arm: AuditArm, seed: UInt64) -> [Digest] {
        var random = SeededRandom(seed: seed)
        let chosen = training.sorted { $0.key < $1.key }.flatMap { _, group -> [Digest] in
            let count = group.count { kept.contains($0.digest) }
            return switch arm {
            case .filter: group.map(\.digest).filter(kept.contains)
            case .random: Array(group.map(\.digest).shuffled(using: &random).prefix(count))
            case .shortestFirst:
                group.sorted { ($0.stepCount, $0.digest) < ($1.stepCount, $1.digest) }
                    .prefix(count).map(\.digest)
            }
        }
        return (chosen + heldOut).sorted()
    }
}
