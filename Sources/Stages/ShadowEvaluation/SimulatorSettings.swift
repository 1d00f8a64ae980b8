import Evidence
import Foundation

extension ShadowConfiguration {
    /// Whether simulated robots decide about a candidate that has an incumbent.
    package var usesSimulator: Bool { !simulator.isEmpty }

    /// How the error of promotions is spread over nights.
    var budget: ErrorBudget { ErrorBudget(total: errorBudget, tests: errorBudgetTests) }

    /// What a candidate must show, with `alpha` to err by.
    func rules(alpha: Double) -> PairedRules {
        var rules = PairedRules(
            margin: nonInferiorityMargin, taskMargin: taskHarmMargin, alpha: alpha,
            harmAlpha: harmError)
        rules.requirement = require
        rules.longestSeconds = simulatorEpisodeSeconds > 0 ? simulatorEpisodeSeconds : nil
        rules.confidence = confidence
        rules.resamples = resamples
        rules.seed = seed
        return rules
    }

    /// Every problem of the simulator's settings.
    func simulatorProblems() -> [String] {
        let counts = [
            ("simulatorEpisodes", simulatorEpisodes), ("simulatorLooks", simulatorLooks),
            ("errorBudgetTests", errorBudgetTests),
        ]
        let shares = [
            ("nonInferiorityMargin", nonInferiorityMargin), ("taskHarmMargin", taskHarmMargin),
            ("harmError", harmError), ("errorBudget", errorBudget),
        ]
        var problems = counts.filter { $0.1 < 1 }.map { "\($0.0) is \($0.1), expected at least 1" }
        problems += shares.filter { !($0.1 > 0 && $0.1 < 1) }
            .map { "\($0.0) is \($0.1), expected between 0 and 1" }
        if !(simulatorTimeLimitSeconds > 0 && simulatorTimeLimitSeconds.isFinite) {
            problems.append(
                "simulatorTimeLimitSeconds is \(simulatorTimeLimitSeconds), expected above 0")
        }
        if !(simulatorEpisodeSeconds >= 0 && simulatorEpisodeSeconds.isFinite) {
            problems.append(
                "simulatorEpisodeSeconds is \(simulatorEpisodeSeconds), expected 0 or more")
        }
        if !(grossErrorMargin >= 0 && grossErrorMargin.isFinite) {
            problems.append("grossErrorMargin is \(grossErrorMargin), expected 0 or more")
        }
        return problems + (usesSimulator ? commandProblems() : [])
    }

    private func commandProblems() -> [String] {
        let words = simulator.joined(separator: " ")
        let known = SimulatorCommand.placeholders
        let list = known.map { "{\($0)}" }.joined(separator: " ")
        let used = words.matches(of: /\{([A-Za-z-]+)\}/).map { String($0.1) }
        var problems = used.filter { !known.contains($0) }
            .map { "simulator has the unknown placeholder {\($0)}, expected some of \(list)" }
        // Without these, every look would ask for the same episodes, or not say of what.
        problems += ["weights", "episodes", "seed"].filter { !used.contains($0) }
            .map { "simulator lacks the placeholder {\($0)}" }
        if simulator[0].isEmpty { problems.append("simulator begins with an empty word") }
        return problems
    }
}
