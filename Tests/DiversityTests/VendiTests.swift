import Diversity
import Evidence
import Foundation
import Testing

@Suite("Vendi score") struct VendiTests {
    @Test("two alike of three count as 2.1573, and pairs on a line as 3 (the authors' examples)")
    func published() throws {
        let alike = try #require(VendiScore.of(kernel: [1, 0.9, 0, 0.9, 1, 0, 0, 0, 1]))
        #expect(abs(alike - 2.1573) < 5e-5)
        let line: [Double] = [0, 0, 10, 10, 20, 20]
        let kernel = line.flatMap { a in line.map { exp(-abs(a - $0)) } }
        #expect(abs(try #require(VendiScore.of(kernel: kernel)) - 3) < 5e-4)
    }

    @Test("n of the same are one, n that have nothing in common are n", arguments: [0.5, 1, 2])
    func extremes(order: Double) throws {
        let same = Embeddings(width: 4, values: Array(repeating: 0.3, count: 4 * 7))
        #expect(abs(try #require(VendiScore.of(same, order: order)) - 1) < 1e-6)
        var axes = Embeddings(width: 6)
        for axis in 0..<6 { axes.append((0..<6).map { $0 == axis ? 2 : 0 }) }
        #expect(abs(try #require(VendiScore.of(axes, order: order)) - 6) < 1e-5)
    }

    @Test("the dual form has the primal form's score")
    func dual() throws {
        var random = SeededRandom(seed: 4)
        let rows = Embeddings(
            width: 5, values: (0..<200).map { _ in Float.random(in: -1...1, using: &random) })
        let unit = rows.normalised()
        let kernel = (0..<40).flatMap { a in
            (0..<40).map { b in zip(unit[a], unit[b]).reduce(0.0) { $0 + Double($1.0 * $1.1) } }
        }
        let (dual, primal) = (VendiScore.of(rows), VendiScore.of(kernel: kernel))
        #expect(abs(try #require(dual) - (try #require(primal))) < 1e-4)
    }

    @Test("more of the same does not look like more diversity once counts are equal")
    func rarefied() throws {
        var random = SeededRandom(seed: 9)
        func drawn(_ count: Int) -> Embeddings {
            Embeddings(
                width: 32,
                values: (0..<(32 * count)).map { _ in Float.random(in: -1...1, using: &random) })
        }
        let (few, many) = (drawn(30), drawn(3000))
        #expect(try #require(VendiScore.of(many)) > 1.3 * (try #require(VendiScore.of(few))))
        let equal = try #require(VendiScore.rarefied(many, to: 30, draws: 20, seed: 1))
        #expect(abs(equal / (try #require(VendiScore.of(few))) - 1) < 0.1)
        #expect(VendiScore.rarefied(few, to: 31, seed: 1) == nil)
    }

    @Test("nothing has no score") func empty() {
        #expect(VendiScore.of(Embeddings(width: 2)) == nil)
    }
}
