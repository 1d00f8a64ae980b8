import Diversity
import Evidence
import Foundation
import Testing

@Suite("Profiles of episodes: action consistency and near-duplicates") struct ProfileTests {
    /// A way of two joints around a bend of its own, at some speed; actions are its differences times a gain.
    static func profile(
        bend: Double, gain: Float = 1, steps: Int = 96, warp: Double = 1.3, noise: Double = 0
    ) -> PhaseProfile {
        var random = SeededRandom(seed: UInt64(1000 * abs(bend)))
        var states: [Float] = []
        for step in 0...steps {
            let time = Double(step) / Double(steps)
            let place = (warp - 1) * time * time + (2 - warp) * time
            let jitter = noise * TestNormals.pair(using: &random).0
            states += [Float(place + jitter), Float(bend * place * (1 - place) + jitter)]
        }
        let actions = (0..<(2 * steps)).map { gain * (states[$0 + 2] - states[$0]) }
        return PhaseProfile(
            states: Array(states.dropLast(2)), stateWidth: 2, actions: actions, actionWidth: 2)
    }

    static let bends = (0..<60).map { 0.5 + Double($0) / 20 }

    @Test("a profile has the mean of each sixteenth, and nothing where there are fewer steps")
    func means() {
        let rows = (0..<32).flatMap { (row: Int) -> [Float] in [Float(row), 1] }
        let found = PhaseProfile(states: rows, stateWidth: 2, actions: [], actionWidth: 0)
        #expect(found.stateWidth == 2 && found.actionWidth == 0)
        #expect(found.states.count == 32 && found.states.prefix(4) == [0.5, 1, 2.5, 1])
        let short = PhaseProfile(
            states: Array(rows.prefix(30)), stateWidth: 2, actions: [], actionWidth: 0)
        #expect(short.states.isEmpty)
    }

    @Test(
        "actions of another gain are inconsistent with those in like states, and the others with none"
    )
    func consistency() throws {
        let members = Self.bends.map { Self.profile(bend: $0) }
        let usual = try #require(ActionConsistency(members))
        #expect(usual.memberScores.count == 60 && usual.memberScores.allSatisfy { $0 < 0.1 })
        let other = try #require(usual.score(of: Self.profile(bend: 2.01)))
        let weak = try #require(usual.score(of: Self.profile(bend: 2.01, gain: 0.3)))
        #expect(other < 0.1 && weak > 3 * other && weak > 0.2, "\(other) and \(weak)")
        // Among others than itself a member scores what it scored.
        #expect(usual.score(of: members[7], leavingOut: 7) == usual.memberScores[7])
        #expect(ActionConsistency(Array(members.prefix(20))) == nil)
        #expect(ActionConsistency(Array(repeating: members[0], count: 40)) != nil)
    }

    @Test("actions that have nothing to do with the state score about one")
    func independence() throws {
        var random = SeededRandom(seed: 4)
        func noise(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float(TestNormals.pair(using: &random).0) }
        }
        let members = (0..<100).map { _ in
            PhaseProfile(
                states: noise(64), stateWidth: 2, actions: noise(48), actionWidth: 3)
        }
        let usual = try #require(ActionConsistency(members))
        let mean = usual.memberScores.reduce(0, +) / 100
        #expect(abs(mean - 1) < 0.05, "\(mean)")
    }

    @Test("the same way at another speed is near, a way beside it is not")
    func distance() {
        let profiles = Self.bends.map { Self.profile(bend: $0) }
        let ranges = PhaseProfile.ranges(of: profiles)
        let way = Self.profile(bend: 2)
        #expect(way.distance(to: way, ranges: ranges) == 0)
        let slower = way.distance(to: Self.profile(bend: 2, warp: 1.1), ranges: ranges)
        #expect(slower < 0.01, "\(slower)")
        let beside = way.distance(to: Self.profile(bend: 2.4), ranges: ranges)
        #expect(beside > 0.03, "\(beside)")
        #expect(beside == Self.profile(bend: 2.4).distance(to: way, ranges: ranges))
    }

    @Test("an episode that was recorded twice is found, with no other")
    func duplicates() {
        var profiles = Self.bends.map { Self.profile(bend: $0) }
        profiles.append(Self.profile(bend: 0.75, noise: 0.001))
        let found = NearDuplicates(profiles, cosine: 0.995, distance: 0.004)
        #expect(found.twins.indices.filter { found.twins[$0] != nil } == [5, 60])
        #expect(found.clusterCount == 1 && found.twins[5] == found.twins[60])
        // However alike the direction, those whose ways are apart are not the same.
        let strict = NearDuplicates(profiles, cosine: -1, distance: 1e-9)
        #expect(strict.twins.allSatisfy { $0 == nil })
    }
}
