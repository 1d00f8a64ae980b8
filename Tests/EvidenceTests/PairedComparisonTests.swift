import Evidence
import Foundation
import Testing

/// A task's pairs: how many were won, lost, and tied as a success of both.
private struct Row {
    let task: String
    let wins: Int
    let losses: Int
    let both: Int
    var isNew = false
    var seconds = (candidate: 5.0, incumbent: 5.0)

    var trials: [PairedTrial] {
        let kinds =
            Array(repeating: (true, false), count: wins)
            + Array(repeating: (false, true), count: losses)
            + Array(repeating: (true, true), count: both)
        return kinds.enumerated().map { index, kind in
            PairedTrial(
                task: task, seed: UInt64(index),
                candidate: TrialOutcome(isSuccess: kind.0, seconds: seconds.candidate),
                incumbent: isNew
                    ? nil : TrialOutcome(isSuccess: kind.1, seconds: seconds.incumbent))
        }
    }
}

@Suite("Verdicts of paired comparisons") struct PairedComparisonTests {
    private var rules: PairedRules {
        var rules = PairedRules(margin: 0.05, taskMargin: 0.15, alpha: 0.001, harmAlpha: 0.05)
        rules.resamples = 50
        return rules
    }

    private func compare(_ rows: [Row], _ rules: PairedRules) -> PairedComparison {
        PairedComparison(of: rows.flatMap(\.trials), rules: rules)
    }

    @Test("a clear gain passes")
    func gain() {
        let found = compare(
            [
                Row(task: "open", wins: 25, losses: 1, both: 24),
                Row(task: "push", wins: 10, losses: 2, both: 38),
            ], rules)
        #expect(found.verdict == .pass)
        #expect(found.shared == PairCounts(wins: 35, losses: 3, ties: 62))
        #expect(found.morePairs == nil)
        #expect(found.tasks.map(\.candidateSuccesses) == [49, 48])
        #expect(found.tasks.map(\.incumbentSuccesses) == [25, 40])
        #expect(found.logDeciding(for: .superiority) >= log(1000))
    }

    @Test("no change is undecided, or passes where not being worse is enough")
    func noChange() {
        var rules = rules
        let rows = [Row(task: "open", wins: 4, losses: 4, both: 292)]
        #expect(compare(rows, rules).verdict == .undecided)
        #expect(compare(rows, rules).success == .pass)
        #expect(compare(rows, rules).morePairs == nil)
        rules.requirement = .nonInferiority
        #expect(compare(rows, rules).verdict == .pass)
    }

    @Test("an interval that is still open says how many more pairs would settle it, and they do")
    func morePairs() throws {
        let rows = { (times: Int) in
            [Row(task: "open", wins: 10 * times, losses: 4 * times, both: 36 * times)]
        }
        let found = compare(rows(1), rules)
        #expect(found.verdict == .undecided)
        let more = try #require(found.morePairs)
        let times = (more + 49) / 50 + 1
        #expect(compare(rows(times), rules).verdict == .pass)
        #expect(compare(rows(times - 1), rules).verdict == .undecided)
    }

    @Test("certain harm fails, over all tasks or in one that the others' gain would hide")
    func harm() {
        let worse = compare([Row(task: "open", wins: 2, losses: 20, both: 28)], rules)
        #expect(worse.success == .fail)
        #expect(worse.verdict == .fail)
        let hidden = compare(
            [
                Row(task: "open", wins: 40, losses: 0, both: 10),
                Row(task: "push", wins: 0, losses: 25, both: 25),
                Row(task: "reach", wins: 40, losses: 0, both: 10),
            ], rules)
        #expect(hidden.success == .pass)
        #expect(hidden.improvement == .pass)
        #expect(hidden.forgetting == .fail)
        #expect(hidden.verdict == .fail)
        #expect(hidden.tasks.filter { $0.adjustedHarm <= 0.05 }.map(\.task) == ["push"])
    }

    @Test("a task that only seems worse than its margin holds up what all together say")
    func suspicion() {
        let found = compare(
            [
                Row(task: "open", wins: 20, losses: 0, both: 0),
                Row(task: "push", wins: 0, losses: 4, both: 16),
                Row(task: "reach", wins: 20, losses: 0, both: 0),
            ], rules)
        #expect(found.success == .pass && found.improvement == .pass)
        #expect(found.forgetting == .undecided)
        #expect(found.verdict == .undecided)
    }

    @Test("being faster is better too, where the longest time is stated")
    func faster() {
        var rules = rules
        var row = Row(task: "open", wins: 0, losses: 0, both: 200)
        row.seconds = (3, 5)
        #expect(compare([row], rules).improvement == .undecided)
        rules.longestSeconds = 6
        let found = compare([row], rules)
        #expect(found.improvement == .pass)
        #expect(found.verdict == .pass)
        row.seconds = (5, 5)
        #expect(compare([row], rules).improvement == .undecided)
    }

    @Test("a task that the incumbent does not know can make a candidate better, not less harmful")
    func newTask() {
        let learnt = Row(task: "new", wins: 40, losses: 0, both: 0, isNew: true)
        let found = compare([Row(task: "open", wins: 0, losses: 0, both: 200), learnt], rules)
        #expect(found.verdict == .pass)
        #expect(found.shared.count == 200)
        #expect(found.tasks.map(\.isShared) == [false, true])
        let harmful = compare([Row(task: "open", wins: 0, losses: 30, both: 10), learnt], rules)
        #expect(harmful.verdict == .fail)
    }

    @Test("Holm's adjustment is R's p.adjust")
    func holm() {
        let found = holmAdjusted([0.01, 0.04, 0.03, 0.005])
        for (value, expected) in zip(found, [0.03, 0.06, 0.06, 0.02]) {
            #expect(abs(value - expected) < 1e-12)
        }
        #expect(holmAdjusted([0.9, 0.8]) == [1, 1])
        #expect(holmAdjusted([]) == [])
    }
}
