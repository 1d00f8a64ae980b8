import Catalogue
import Digests
import EpisodeFiles
import EpisodeStore
import Episodes

/// What becomes of an episode that can be read.
enum EpisodeFate {
    case duplicate
    case withdrawn(Digest)
    /// Compressed, unless it is so large that it goes straight into its shard.
    case new(Episode, Digest, CompressedEpisode?)
}

/// Decides what becomes of several episodes at once, and compresses those that are new.
enum EpisodeFates {
    /// The fates of all readable episodes of `items`, in their order.
    ///
    /// `pending` are not recorded yet; `named` gives a new episode the name of its embodiment.
    static func of(
        _ items: [IngestItem], pending: Set<Digest>, in catalogue: ExperienceCatalogue,
        _ compressor: EpisodeCompressor, named: (Episode) -> Episode
    ) throws -> [EpisodeFate] {
        let episodes = items.compactMap { item -> Episode? in
            guard case .episode(_, .accepted(let episode, _)) = item else { return nil }
            return episode
        }
        let digests = compressor.digests(of: episodes)
        let withdrawn = try catalogue.withdrawnEpisodes(among: digests)
        var seen = pending.union(try catalogue.knownEpisodes(among: digests))
        var fates: [EpisodeFate] = []
        for (episode, digest) in zip(episodes, digests) {
            if seen.contains(digest) {
                fates.append(.duplicate)
            } else if withdrawn.contains(digest) {
                fates.append(.withdrawn(digest))
            } else {
                seen.insert(digest)
                fates.append(.new(named(episode), digest, nil))
            }
        }
        return try compressed(fates, compressor)
    }

    /// The same, with new episodes compressed where they are small.
    private static func compressed(
        _ fates: [EpisodeFate], _ compressor: EpisodeCompressor
    ) throws -> [EpisodeFate] {
        let small = fates.compactMap { fate -> (episode: Episode, digest: Digest)? in
            guard case .new(let episode, let digest, _) = fate,
                episode.byteCount <= HandOver.byteLimit
            else { return nil }
            return (episode, digest)
        }
        let frames = try compressor.compress(small)
        let byDigest = Dictionary(uniqueKeysWithValues: frames.map { ($0.digest, $0) })
        return fates.map { fate in
            guard case .new(let episode, let digest, _) = fate else { return fate }
            return .new(episode, digest, byDigest[digest])
        }
    }
}
