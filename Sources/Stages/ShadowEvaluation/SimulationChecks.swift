import Evidence
import Foundation

/// What simulated robots say, in the order in which it is read.
func simulationChecks(
    _ found: SimulationEvidence, configuration: ShadowConfiguration
) -> [EvidenceCheck] {
    [
        successCheck(found, configuration), improvementCheck(found),
        forgettingCheck(found, configuration),
    ]
}

private func successCheck(
    _ found: SimulationEvidence, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let comparison = found.comparison
    return EvidenceCheck(
        "simulated success", comparison.success,
        "\(comparison.successLine), margin "
            + "\(percent(-configuration.nonInferiorityMargin, signed: true)); not worse by e-value "
            + "\(eValue(comparison.logNonInferiority)), asked "
            + "\(eValue(-log(found.errorSpent.alpha))); worse by e-value "
            + "\(eValue(comparison.logHarm)), a veto from \(eValue(-log(configuration.harmError)))",
        moreEpisodes: comparison.morePairs)
}

private func improvementCheck(_ found: SimulationEvidence) -> EvidenceCheck {
    let comparison = found.comparison
    return EvidenceCheck(
        "simulated improvement", comparison.improvement,
        "better by e-value \(eValue(comparison.logSuperiority)), asked "
            + "\(eValue(-log(found.errorSpent.alpha))) (test \(found.errorSpent.test), alpha "
            + "\(significant(found.errorSpent.alpha)))"
            + (comparison.throughput.map { "; \($0.line)" } ?? ""),
        moreEpisodes: comparison.morePairs, decides: found.requirement == .superiority)
}

private func forgettingCheck(
    _ found: SimulationEvidence, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    guard found.lostTasks.isEmpty else {
        return EvidenceCheck(
            "simulated tasks", .fail,
            "the candidate does not know \(found.lostTasks.count) of the incumbent's tasks: "
                + found.lostTasks.joined(separator: ", "))
    }
    let tasks = found.comparison.tasks.filter(\.isShared)
    let worst = tasks.min { $0.difference.estimate < $1.difference.estimate }
    guard let worst else {
        return EvidenceCheck("simulated tasks", .undecided, "no task is known to both policies")
    }
    let margin = percent(-configuration.taskHarmMargin, signed: true)
    let harmed = tasks.filter { $0.adjustedHarm <= configuration.harmError }.map(\.task)
    let numbers =
        "the worst is '\(worst.task)', \(worst.candidateSuccesses) against "
        + "\(worst.incumbentSuccesses) of \(worst.pairs.count) "
        + "(\(percent(worst.difference.estimate, signed: true))), margin \(margin)"
    return EvidenceCheck(
        "simulated tasks", found.comparison.forgetting,
        numbers
            + (harmed.isEmpty ? "" : "; certainly beyond it: \(harmed.joined(separator: ", "))"))
}

extension PairedComparison {
    /// Success and throughput in one line.
    var line: String {
        "\(successLine)\(throughput.map { "; \($0.line)" } ?? "")"
    }

    fileprivate var successLine: String {
        let candidate = tasks.filter(\.isShared).reduce(0) { $0 + $1.candidateSuccesses }
        let incumbent = tasks.reduce(0) { $0 + $1.incumbentSuccesses }
        return
            "\(candidate) against \(incumbent) successes of \(shared.count) simulated episodes each "
            + "(\(percent(difference.estimate, signed: true)), \(interval(difference)))"
    }
}

extension ThroughputComparison {
    var line: String {
        "\(fixed(candidatePerHour, 0)) against \(fixed(incumbentPerHour, 0)) successes an hour "
            + "(ratio \(fixed(ratio.estimate, 2)), \(fixed(ratio.lower, 2)) to "
            + "\(fixed(ratio.upper, 2)))"
    }
}

/// An e-value from its logarithm, with few digits.
func eValue(_ logarithm: Double) -> String {
    logarithm > 690 ? "above 1e+300" : significant(exp(logarithm))
}

func significant(_ value: Double) -> String { String(format: "%.3g", value) }

func interval(_ found: SequentialInterval) -> String {
    "\(fixed(100 * found.lower, 1)) to \(fixed(100 * found.upper, 1)) %"
}
