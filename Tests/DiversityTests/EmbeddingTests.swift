import Diversity
import Evidence
import Foundation
import Testing

@Suite("Episode embedding") struct EmbeddingTests {
    /// Episodes of as many columns, each drawn from a normal distribution of its own size.
    static func drawn(_ count: Int, columns: Int, pictures: Int = 0, seed: UInt64)
        -> [EpisodeStatistics]
    {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            EpisodeStatistics(
                states: (0..<columns).map { Float(TestNormals.pair(using: &random).0) * Float($0) },
                actions: (0..<6).map { _ in Float(TestNormals.pair(using: &random).0) },
                pictures: (0..<pictures).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test("is 64 numbers, and JSON carries the statistics bit for bit")
    func shape() throws {
        let episodes = Self.drawn(30, columns: 68, pictures: 192, seed: 1)
        let rows = EpisodeEmbedding(reference: episodes).rows(of: episodes)
        #expect(rows.width == 64 && rows.count == 30)
        let coded = try JSONEncoder().encode(episodes)
        #expect(try JSONDecoder().decode([EpisodeStatistics].self, from: coded) == episodes)
    }

    @Test("two episodes are on average the root of twice its parts apart, in any unit and width")
    func scale() {
        for (columns, pictures, parts) in [(12, 0, 2), (68, 0, 2), (68, 192, 3)] {
            let episodes = Self.drawn(400, columns: columns, pictures: pictures, seed: 2)
            let embedding = EpisodeEmbedding(reference: episodes)
            #expect(embedding.partCount == parts)
            let rows = embedding.rows(of: episodes)
            var sum = 0.0
            for row in 0..<399 {
                for (a, b) in zip(rows[row], rows[row + 1]) { sum += Double((a - b) * (a - b)) }
            }
            #expect(abs(sum / 399 - 2 * Double(parts)) < 0.15 * 2 * Double(parts), "\(sum / 399)")
        }
    }

    @Test("columns that never differ and episodes of another layout count as usual")
    func degenerate() {
        let same = EpisodeStatistics(states: [1, 2], actions: [0.1], pictures: [])
        let embedding = EpisodeEmbedding(reference: [same, same])
        #expect(embedding.partCount == 0)
        #expect(embedding.rows(of: [same]).values.allSatisfy { $0 == 0 })
        let usual = EpisodeEmbedding(reference: Self.drawn(20, columns: 4, seed: 3))
        let other = EpisodeStatistics(states: [9, 9, 9], actions: [], pictures: [])
        #expect(usual.rows(of: [other]).values.allSatisfy { $0 == 0 })
    }

    @Test("robots that have nothing in common add up as blocks of one kernel")
    func blocks() throws {
        // Two blocks of 2 and 1 orthogonal rows: three different episodes.
        let first = Embeddings(width: 2, values: [1, 0, 0, 1])
        let second = Embeddings(width: 2, values: [5, 5])
        let score = try #require(VendiScore.of(groups: [first, second]))
        #expect(abs(score - 3) < 1e-6)
        let kernel: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        #expect(abs(try #require(VendiScore.of(kernel: kernel)) - score) < 1e-6)
    }
}
