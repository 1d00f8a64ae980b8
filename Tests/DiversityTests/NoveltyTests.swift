import Diversity
import Evidence
import Testing

@Suite("Novelty, coverage and effective numbers") struct NoveltyTests {
    static func cloud(_ count: Int, around centre: Float, seed: UInt64) -> Embeddings {
        var random = SeededRandom(seed: seed)
        return Embeddings(
            width: 8,
            values: (0..<(8 * count)).map { _ in centre + Float(TestNormals.pair(using: &random).0)
            })
    }

    @Test("distances to neighbours are those that a loop finds")
    func neighbours() throws {
        let (rows, corpus) = (
            Self.cloud(7, around: 0, seed: 1), Self.cloud(300, around: 0, seed: 2)
        )
        let found = Neighbours(corpus: corpus).meanDistances(of: rows, count: 5)
        for row in 0..<rows.count {
            let all = (0..<corpus.count).map { other in
                zip(rows[row], corpus[other]).reduce(Float(0)) {
                    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
                }.squareRoot()
            }
            let expected = all.sorted()[..<5].reduce(0, +) / 5
            #expect(abs(found[row] - expected) < 1e-3 * expected)
        }
    }

    @Test("what lies like the corpus is as new as its median, what lies apart newer than any")
    func novelty() throws {
        let corpus = Self.cloud(500, around: 0, seed: 2)
        let usual = try #require(
            Novelty.percentiles(of: Self.cloud(200, around: 0, seed: 3), in: corpus))
        let median = usual.sorted()[100]
        #expect(abs(median - 0.5) < 0.12, "\(median)")
        let new = try #require(
            Novelty.percentiles(of: Self.cloud(20, around: 5, seed: 4), in: corpus))
        #expect(new.allSatisfy { $0 == 1 })
        #expect(Novelty.percentiles(of: corpus, in: Self.cloud(3, around: 0, seed: 5)) == nil)
    }

    @Test(
        "a row of the corpus is no neighbour of its own, and as new as the corpus's own distances say"
    )
    func leavingOut() throws {
        let corpus = Self.cloud(100, around: 0, seed: 2)
        let places = [3, 50, 99]
        let found = try #require(
            Novelty.percentiles(
                of: corpus.rows(places), in: corpus, leavingOut: places.map { $0 }))
        let own = Neighbours(corpus: corpus).meanDistances(of: corpus, areCorpus: true)
        for (place, share) in zip(places, found) {
            #expect(abs(share * 100 - Double(own.count { $0 < own[place] })) < 1e-9)
        }
        let naive = try #require(Novelty.percentiles(of: corpus.rows(places), in: corpus))
        #expect(zip(naive, found).allSatisfy { $0 < $1 })
    }

    @Test("an episode and its copy are near-duplicates, others are not")
    func duplicates() {
        var rows = Self.cloud(50, around: 0, seed: 6)
        rows.append(rows[7])
        let found = Neighbours(corpus: rows).haveNeighbours(within: 0.01)
        #expect(found.indices.filter { found[$0] } == [7, 50])
    }

    @Test("cells find the clusters, and a night covers those that it visits often enough")
    func cells() throws {
        var reference = Embeddings(width: 8)
        for centre in 0..<4 {
            let cloud = Self.cloud(60, around: Float(20 * centre), seed: UInt64(centre))
            for row in 0..<60 { reference.append(cloud[row]) }
        }
        let cells = try #require(Cells(of: reference, count: 16, seed: 1))
        let visited = cells.counts(of: Self.cloud(30, around: 20, seed: 9))
        #expect(visited.reduce(0, +) == 30)
        let own = cells.counts(of: Self.cloud(30, around: 60, seed: 9))
        #expect(zip(visited, own).allSatisfy { $0 == 0 || $1 == 0 })
        #expect(cells.covered(by: reference, atLeast: 1) > 10)
        #expect(cells.covered(by: Embeddings(width: 8)) == 0)
        #expect(Cells(of: Embeddings(width: 8), count: 4, seed: 1) == nil)
    }

    @Test("equal kinds count whole, rare ones hardly")
    func effective() {
        let equal = EffectiveNumbers(of: ["a", "b", "c", "a", "b", "c"])
        #expect(abs(equal.number - 3) < 1e-12 && abs(equal.simpson - 3) < 1e-12 && equal.of == 3)
        // exp of the entropy of (3/4, 1/4), and 1 / (9/16 + 1/16), by hand.
        let skewed = EffectiveNumbers(of: [1, 1, 1, 2])
        #expect(abs(skewed.number - 1.7547653506033) < 1e-9 && abs(skewed.simpson - 1.6) < 1e-12)
        #expect(EffectiveNumbers(of: [Int]()).number == 0)
    }
}
