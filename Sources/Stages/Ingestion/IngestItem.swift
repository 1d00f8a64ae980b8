import Catalogue
import Digests
import EpisodeFiles
import EpisodeStore
import Episodes

/// What ``FileReading`` found, in its order.
enum IngestItem: Sendable {
    /// Episodes of this file follow.
    case opened(SourceFile, Digest, warnings: [String])
    case episode(String, EpisodeReading)
    /// The opened file has no more episodes.
    case closed
    /// The same bytes were ingested before.
    case known(SourceFile, Digest, SourceFileRecord)
    case refused(SourceFile, Digest, reason: String, message: String)
    /// Another time or another build can read it.
    case left(SourceFile, reason: String)

    /// Bytes that it holds.
    var byteCount: Int {
        guard case .episode(_, .accepted(let episode, _)) = self else { return 0 }
        return episode.byteCount
    }

    /// Whether a file ends with it.
    var endsFile: Bool {
        switch self {
        case .closed, .known, .refused, .left: true
        case .opened, .episode: false
        }
    }
}
