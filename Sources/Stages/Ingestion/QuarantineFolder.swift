import Catalogue
import Digests
import EpisodeStore
import Foundation

/// The folder of refused files, where each refusal has its reason as JSON.
struct QuarantineFolder {
    let url: URL

    /// A reason as a person or a script reads it.
    private struct Reason: Encodable {
        let file: String
        let digest: Digest
        let episode: String?
        let reason: String
        let message: String
        let refusedAt: String
    }

    /// Writes the reason beside the place that a refused file of that label has.
    func write(_ refusal: QuarantineRecord, label: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let bytes = try encoder.encode(
            Reason(
                file: refusal.fileName, digest: refusal.sourceFile, episode: refusal.episode,
                reason: refusal.reason, message: refusal.message, refusedAt: refusal.at))
        let episode = refusal.episode.map { ".\($0.filter(Self.isPlain).prefix(60))" } ?? ""
        try DurableFile.write(
            Array(bytes) + [0x0A], to: url.appending(path: "\(label)\(episode).reason.json"))
    }

    /// Names of episodes come from files of strangers.
    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}
