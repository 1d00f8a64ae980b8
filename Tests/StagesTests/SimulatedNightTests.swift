import Catalogue
import Digests
import Evidence
import Foundation
import Policies
import Promotion
import Releases
import ShadowEvaluation
import StageRuns
import TestSupport
import Testing

/// Nights of one policy under several names, and a simulator that gives each the success it is told to.
private struct SimulatedNights {
    let circle: CircleEpisodes
    let policy: FlowPolicy
    let root: URL

    init(root: URL) throws {
        self.root = root
        circle = try CircleEpisodes(root: root)
        // Who succeeds is up to the simulator: the policy need not have learned anything.
        policy = try circle.policy(seed: 1, steps: 0)
        let first = try circle.publish(policy, seed: 1)
        try circle.workspace.publishEvidence(.pass, about: first)
        _ = try promoteNightly(options: promotion())
    }

    /// A plug-in: of every 100 seeds, it lets as many episodes succeed as its policy's rate says.
    ///
    /// `extra` is a line of awk that may change what is printed.
    private func settings(
        rates: (candidate: Int, incumbent: Int), extra: String = "", more: String = ""
    ) throws -> StageOptions {
        let script = root.appending(path: "simulator.sh")
        let text = """
            rate=\(rates.incumbent)
            case "$1" in */candidate.safetensors) rate=\(rates.candidate); who=candidate ;; esac
            test -s "$1" && grep -q '"instruction":"circle"' "$4" || exit 9
            awk -v first="$2" -v count="$3" -v rate="$rate" -v who="$who" 'BEGIN {
                for (seed = first; seed < first + count; seed++) {
                    success = (seed * 37) % 100 < rate ? "true" : "false"
                    printed = seed
                    \(extra)
                    printf "{\\"task\\": \\"circle\\", \\"embodiment\\": \\"arm\\", \\"seed\\": %d, " \
            "\\"success\\": %s, \\"steps\\": 40, \\"seconds\\": 4.0}\\n", printed, success
                }
            }'
            """
        try Data(text.utf8).write(to: script)
        return try circle.workspace.options(
            settings: """
                simulator: [sh, \(script.path), "{weights}", "{seed}", "{episodes}", "{tasks}"]
                simulatorEpisodes: 100
                simulatorLooks: 3
                \(more)
                """)
    }

    private func promotion() throws -> StageOptions {
        let file = root.appending(path: "promotion.yaml")
        try Data("passChannel: production\n".utf8).write(to: file)
        return StageOptions(workspace: root, configurationFile: file)
    }

    /// A night of a candidate with that seed.
    func evaluate(
        seed: UInt64, rates: (candidate: Int, incumbent: Int), extra: String = "",
        more: String = ""
    ) throws -> ShadowSummary {
        _ = try circle.publish(policy, seed: seed)
        return try shadowEvaluate(options: settings(rates: rates, extra: extra, more: more)).summary
    }

    func promote() throws -> PromotionSummary { try promoteNightly(options: promotion()).summary }
}

@Suite("Nights with a simulator") struct SimulatedNightTests {
    @Test("what is better reaches production by itself, what is not does not, each saying why")
    func nights() throws {
        try withTemporaryDirectory { root in
            let nights = try SimulatedNights(root: root)
            let first = try #require(try nights.circle.workspace.channel("production"))

            let better = try nights.evaluate(seed: 2, rates: (90, 50))
            #expect(better.verdict == .pass, "\(better.reasons)")
            #expect(better.incumbent == first)
            let found = try #require(better.simulation)
            #expect(found.looks == 1 && found.episodes == 100)
            #expect(found.candidateSuccesses == 90 && found.incumbentSuccesses == 50)
            #expect(found.errorSpent.test == 1 && found.errorSpent.promotions == 0)
            let promoted = try nights.promote()
            #expect(promoted.channelMoves.map(\.channel) == ["production"])
            #expect(try nights.circle.workspace.channel("production") == better.candidate)
            let last = try #require(
                try promotionHistory(options: nights.circle.workspace.options, verify: true)
                    .records.last?.decision)
            #expect(last.kind == .nightly)
            #expect(last.errorSpent == found.errorSpent)

            let same = try nights.evaluate(seed: 3, rates: (90, 90))
            #expect(same.verdict == .undecided)
            #expect(same.simulation?.looks == 3)
            #expect(same.simulation?.errorSpent.test == 2)
            #expect(same.simulation?.errorSpent.promotions == 1)
            #expect(same.reasons.contains { $0.hasPrefix("simulated improvement: ") })
            #expect(try nights.promote().channel == nil)

            let worse = try nights.evaluate(seed: 4, rates: (60, 90))
            #expect(worse.verdict == .fail)
            #expect(worse.reasons.contains { $0.hasPrefix("simulated success: ") })
            #expect(try nights.promote().headline.contains("turned down"))
            #expect(try nights.circle.workspace.channel("production") == better.candidate)

            let enough = try nights.evaluate(
                seed: 5, rates: (90, 90), more: "require: non-inferiority")
            #expect(enough.verdict == .pass, "\(enough.reasons)")
            #expect(enough.simulation?.errorSpent.test == 4)
        }
    }

    @Test("the same pair keeps its test when it is judged again with more looks")
    func sameTest() throws {
        try withTemporaryDirectory { root in
            let nights = try SimulatedNights(root: root)
            let short = try nights.evaluate(seed: 2, rates: (52, 50))
            #expect(short.verdict == .undecided)
            #expect(try #require(short.moreEpisodes) > 0)
            let long = try nights.evaluate(seed: 2, rates: (52, 50), more: "resamples: 1999")
            #expect(long.simulation?.errorSpent == short.simulation?.errorSpent)
            let other = try nights.evaluate(seed: 2, rates: (52, 50), more: "simulatorSeed: 1")
            #expect(other.simulation?.errorSpent.test == 2)
        }
    }

    @Test(
        "output that does not fit what was asked for is refused",
        arguments: [
            (#"if (who == "candidate" && seed == first) printed = 5"#, "same seeds"),
            ("if (seed == first) continue", "found 99 episodes of 'circle' with arm, expected 100"),
            ("if (seed == first) { print 1; continue }", "found '1'"),
            ("printed = seed - first", "episodes must begin at {seed}"),
        ])
    func refusals(extra: String, telling: String) throws {
        try withTemporaryDirectory { root in
            let nights = try SimulatedNights(root: root)
            let error = #expect(throws: StageError.self) {
                try nights.evaluate(seed: 2, rates: (50, 50), extra: extra)
            }
            #expect(error?.exitCode == 65)
            #expect(error?.message.contains(telling) == true, "\(error?.message ?? "")")
            #expect(try nights.circle.workspace.channel("production") != nil)
        }
    }

    @Test("an episode that takes longer than the longest is refused")
    func tooLong() throws {
        try withTemporaryDirectory { root in
            let nights = try SimulatedNights(root: root)
            let error = #expect(throws: StageError.self) {
                try nights.evaluate(
                    seed: 2, rates: (50, 50), more: "simulatorEpisodeSeconds: 3.5")
            }
            #expect(error?.message.contains("took 4.0 s") == true)
        }
    }
}
