import Digests
import Episodes
import Foundation
import StageRuns

/// The episodes of a snapshot, split by who may learn from them.
struct SnapshotEpisodes {
    /// In the order of their digests.
    let training: [Digest]
    /// In the order of their digests.
    let heldOut: [Digest]
    /// Outcomes that a person has corrected.
    let corrected: [Digest: Outcome]

    /// Reads a snapshot object: a line that says what it is, then a line an episode.
    init(bytes: [UInt8], heldOutShare: Double) throws {
        struct Header: Decodable {
            let format: String
            let version: Int
        }
        struct Line: Decodable {
            let episode: Digest
            let outcome: Outcome?
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n")).makeIterator()
        let decoder = JSONDecoder()
        guard let first = lines.next(),
            case let header = try decoder.decode(Header.self, from: Data(first)),
            header.format == "nightshift.snapshot", header.version == 1
        else {
            throw StageError.inputRefused(
                "reading a snapshot: its first line is not that of nightshift.snapshot version 1",
                next: "Run filter-by-quality again with this program.")
        }
        var training: [Digest] = []
        var heldOut: [Digest] = []
        var corrected: [Digest: Outcome] = [:]
        while let text = lines.next() {
            let line = try decoder.decode(Line.self, from: Data(text))
            let episode = line.episode
            if let outcome = line.outcome { corrected[episode] = outcome }
            if isHeldOut(episode.hex, share: heldOutShare) {
                heldOut.append(episode)
            } else {
                training.append(episode)
            }
        }
        self.training = training
        self.heldOut = heldOut
        self.corrected = corrected
    }
}
