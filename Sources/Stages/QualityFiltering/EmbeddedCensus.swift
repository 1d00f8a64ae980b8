import Diversity
import Evidence

/// A census with an embedding for each of its members, one robot's layout at a time.
///
/// Episodes of different layouts have nothing in common: their embeddings never meet.
struct EmbeddedCensus {
    /// One layout's episodes.
    struct Layout {
        let embedding: EpisodeEmbedding
        /// Members of the census by place; rows are in the same order.
        let tonight: [Int]
        let tonightRows: Embeddings
        let corpus: [Int]
        let corpusRows: Embeddings
        let recent: [Int]
        let recentRows: Embeddings
    }

    let census: DiversityCensus
    let layouts: [Layout]

    init(_ census: DiversityCensus) {
        self.census = census
        layouts = (0..<census.layouts.count).map { layout in
            func places(_ members: [DiversityCensus.Member]) -> [Int] {
                members.indices.filter { members[$0].layout == layout }
            }
            let (tonight, corpus, recent) = (
                places(census.tonight), places(census.corpus), places(census.recent)
            )
            let known = corpus.map { census.corpus[$0] }
            // Too few to say what is usual are asked together with the night itself.
            let reference =
                known.count >= 30 ? known : known + tonight.map { census.tonight[$0] }
            let embedding = EpisodeEmbedding(reference: reference.map(\.statistics))
            return Layout(
                embedding: embedding, tonight: tonight,
                tonightRows: embedding.rows(of: tonight.map { census.tonight[$0].statistics }),
                corpus: corpus,
                corpusRows: embedding.rows(of: corpus.map { census.corpus[$0].statistics }),
                recent: recent,
                recentRows: embedding.rows(of: recent.map { census.recent[$0].statistics }))
        }
    }

    /// An embedded episode: its layout, its row among tonight's or the corpus's of it, and its member of the census.
    struct Place {
        let layout: Int
        let row: Int
        let member: Int
        let isTonight: Bool
    }

    /// All of tonight's, by layout.
    func tonight() -> [Place] {
        layouts.indices.flatMap { layout in
            layouts[layout].tonight.enumerated().map {
                Place(layout: layout, row: $0.offset, member: $0.element, isTonight: true)
            }
        }
    }

    /// All of the corpus's, by layout.
    func corpus() -> [Place] {
        layouts.indices.flatMap { layout in
            layouts[layout].corpus.enumerated().map {
                Place(layout: layout, row: $0.offset, member: $0.element, isTonight: false)
            }
        }
    }

    func member(_ place: Place) -> DiversityCensus.Member {
        place.isTonight ? census.tonight[place.member] : census.corpus[place.member]
    }

    /// The rows of those places, one set a layout.
    func rows(_ places: [Place]) -> [Embeddings] {
        layouts.indices.map { layout in
            var rows = Embeddings(width: EpisodeEmbedding.width)
            for place in places where place.layout == layout {
                let all = place.isTonight ? layouts[layout].tonightRows : layouts[layout].corpusRows
                rows.append(all[place.row])
            }
            return rows
        }
    }

    /// The mean score of some draws of `count` places, so that equal counts compare; nil if there are fewer.
    func vendi(_ places: [Place], count: Int, draws: Int = 5) -> Double? {
        guard count > 0, places.count >= count else { return nil }
        var random = SeededRandom(seed: 1)
        let scores = (0..<(places.count == count ? 1 : draws)).compactMap { _ in
            VendiScore.of(
                groups: rows(random.sample(count, of: places.count).map { places[$0] }))
        }
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }

    /// Percentiles of tonight's episodes among the corpus of their layout, by place in the census.
    func novelty() -> [Int: Double] {
        var found: [Int: Double] = [:]
        for layout in layouts {
            let percentiles = Novelty.percentiles(of: layout.tonightRows, in: layout.corpusRows)
            for (member, value) in zip(layout.tonight, percentiles ?? []) { found[member] = value }
        }
        return found
    }
}

/// The middle of numbers; nil for none.
func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
}
