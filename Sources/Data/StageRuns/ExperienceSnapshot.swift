package import Digests
package import Episodes
import Foundation

/// The episodes that a night learns from, as filter-by-quality wrote them down.
package struct ExperienceSnapshot: Sendable {
    /// One episode.
    package struct Entry: Codable, Sendable, Equatable {
        package let episode: Digest
        /// How often it is drawn compared with others; 1 is usual.
        package let weight: Double
        /// Whether its steps may never count as better than expected.
        package let neverPositive: Bool
        /// How a person has said that it ended; nil where the recording has not been corrected.
        package let outcome: Outcome?

        /// Makes an entry of its fields.
        package init(
            episode: Digest, weight: Double, neverPositive: Bool, outcome: Outcome? = nil
        ) {
            self.episode = episode
            self.weight = weight
            self.neverPositive = neverPositive
            self.outcome = outcome
        }
    }

    /// What the field `format` of a snapshot says.
    package static let formatName = "nightshift.snapshot"
    /// In the order of their digests.
    package let entries: [Entry]

    /// Reads a snapshot object: a line that says what it is, then a line an episode.
    ///
    /// - Throws: ``StageError/inputRefused(_:next:)``.
    package init(bytes: [UInt8]) throws {
        struct Header: Decodable {
            let format: String
            let version: Int
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let decoder = JSONDecoder()
        do {
            let header = try decoder.decode(Header.self, from: Data(lines.first ?? []))
            guard header.format == Self.formatName, header.version == 1 else {
                throw StageError.inputRefused(
                    "reading a snapshot: found \(header.format) version \(header.version), "
                        + "expected \(Self.formatName) version 1",
                    next: "Run filter-by-quality again with this program.")
            }
            entries = try lines.dropFirst().map {
                try decoder.decode(Entry.self, from: Data($0))
            }
        } catch let error as DecodingError {
            throw StageError.inputRefused(
                "reading a snapshot: a line is not as docs/formats/snapshot.md says: \(error)",
                next: "Run filter-by-quality again with this program.")
        }
    }
}
