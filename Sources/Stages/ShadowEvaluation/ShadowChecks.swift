import Digests
package import Evidence
import Foundation

/// Every check of a candidate, in the order in which they are read.
package func shadowChecks(
    _ found: ShadowMeasurements, hasIncumbent: Bool, configuration: ShadowConfiguration
) -> [EvidenceCheck] {
    var checks = [
        forwardCheck(found.forward), sizeCheck(found.forward, configuration),
        latencyCheck(found.latency, configuration), episodesCheck(found, configuration),
        envelopeCheck(found.envelope, configuration),
    ]
    if let improvement = found.overall.improvementOverMeanChunk {
        checks.append(
            meanChunkCheck(
                improvement, episodes: found.overall.episodes, configuration: configuration))
    }
    guard hasIncumbent else { return checks }
    checks += [
        differenceCheck(
            "error", found.overall, margin: configuration.errorMargin),
        found.critical.map {
            differenceCheck(
                "critical intervals", $0, margin: configuration.criticalErrorMargin)
        } ?? EvidenceCheck("critical intervals", .pass, "no held-out step is critical"),
        tasksCheck(found.tasks, configuration),
    ]
    return checks
}

/// The checks on recorded experience, with those that only advise where simulated robots decide.
///
/// A policy that learns from advantages imitates failures less, and so has a greater error on what was recorded,
/// the better it is. Where robots show what it does, an error that is not gross decides nothing.
func offlineChecks(
    _ found: ShadowMeasurements, hasIncumbent: Bool, configuration: ShadowConfiguration
) -> [EvidenceCheck] {
    let checks = shadowChecks(found, hasIncumbent: hasIncumbent, configuration: configuration)
    guard configuration.usesSimulator, hasIncumbent, configuration.offlineVeto == .gross else {
        return checks
    }
    let deciding: Set = ["forward", "size", "latency", "envelope"]
    return checks.map { deciding.contains($0.name) ? $0 : $0.advisory }
        + [grossErrorCheck(found.overall, margin: configuration.grossErrorMargin)]
}

private func grossErrorCheck(_ slice: ErrorSlice, margin: Double) -> EvidenceCheck {
    guard let found = slice.worseThanIncumbent else {
        return EvidenceCheck("gross error", .pass, "the incumbent knows none of the held-out tasks")
    }
    return EvidenceCheck(
        "gross error", found.lower > margin ? .fail : .pass,
        "\(percent(found.estimate, signed: true)) against the incumbent's (\(interval(found))), "
            + "gross above \(percent(margin, signed: true))")
}

private func forwardCheck(_ found: ShadowMeasurements.Forward) -> EvidenceCheck {
    if !found.isFinite {
        return EvidenceCheck("forward", .fail, "the fixed batch gives NaN or infinite actions")
    }
    guard found.isDeterministic else {
        return EvidenceCheck("forward", .fail, "two passes over the fixed batch differ")
    }
    return EvidenceCheck(
        "forward", .pass, "finite; two passes over the fixed batch give \(found.digest.short)")
}

private func sizeCheck(
    _ found: ShadowMeasurements.Forward, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let size = Double(found.weightsByteCount) / 1_048_576
    let limit = configuration.largestWeightsMebibytes
    return EvidenceCheck(
        "size", size <= Double(limit) ? .pass : .fail,
        "\(fixed(size, 1)) MiB of weights, limit \(limit) MiB")
}

private func latencyCheck(
    _ found: ShadowMeasurements.Latency, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let numbers = "P50 \(fixed(found.median, 2)) ms, P99 \(fixed(found.percentile99, 2)) ms"
    guard let budget = found.budget else {
        return EvidenceCheck(
            "latency", .undecided,
            "\(numbers), and no embodiment states a control rate to compare with")
    }
    return EvidenceCheck(
        "latency", found.percentile99 <= budget ? .pass : .fail,
        "\(numbers), limit \(fixed(budget, 2)) ms "
            + "(\(percent(configuration.latencyShare)) of \(configuration.executedSteps) ticks)")
}

private func episodesCheck(
    _ found: ShadowMeasurements, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let missing = configuration.minimumEpisodes - found.heldOutSuccesses
    let numbers =
        "\(found.heldOutEpisodes) held-out episodes, \(found.heldOutSuccesses) of them successes"
    guard missing > 0 else { return EvidenceCheck("episodes", .pass, numbers) }
    return EvidenceCheck(
        "episodes", .undecided,
        "\(numbers), need \(configuration.minimumEpisodes) successes", moreEpisodes: missing)
}

private func envelopeCheck(
    _ found: ShadowMeasurements.Envelope, _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let reference = found.incumbent ?? found.recorded
    let whose = found.incumbent == nil ? "the recording's" : "the incumbent's"
    let limit = reference + configuration.envelopeExcess
    return EvidenceCheck(
        "envelope", found.candidate <= limit ? .pass : .fail,
        "\(percent(found.candidate)) of action elements leave the recorded range, \(whose) "
            + "\(percent(reference)), limit \(percent(limit))")
}

private func meanChunkCheck(
    _ found: BootstrapInterval, episodes: Int, configuration: ShadowConfiguration
) -> EvidenceCheck {
    let asked = configuration.improvementOverMeanChunk
    let numbers =
        "error \(percent(found.estimate)) below the mean chunk's "
        + "(\(interval(found))), asked \(percent(asked))"
    if found.lower >= asked { return EvidenceCheck("mean chunk", .pass, numbers) }
    if found.upper < asked { return EvidenceCheck("mean chunk", .fail, numbers) }
    return EvidenceCheck(
        "mean chunk", .undecided, numbers,
        moreEpisodes: moreEpisodes(
            toSeparate: found, from: asked, have: episodes))
}

private func differenceCheck(
    _ name: String, _ slice: ErrorSlice, margin: Double
) -> EvidenceCheck {
    guard let found = slice.worseThanIncumbent else {
        return EvidenceCheck(
            name, .undecided, "the incumbent knows none of the held-out tasks")
    }
    let numbers =
        "\(percent(found.estimate, signed: true)) against the incumbent's (\(interval(found))) "
        + "over \(slice.episodes) episodes, margin \(percent(margin, signed: true))"
    if found.lower > margin { return EvidenceCheck(name, .fail, numbers) }
    if found.upper <= margin { return EvidenceCheck(name, .pass, numbers) }
    return EvidenceCheck(
        name, .undecided, numbers,
        moreEpisodes: moreEpisodes(toSeparate: found, from: margin, have: slice.episodes))
}

/// A task can veto, but one task's few episodes cannot hold up what all together say.
private func tasksCheck(
    _ tasks: [ErrorSlice], _ configuration: ShadowConfiguration
) -> EvidenceCheck {
    let margin = configuration.taskErrorMargin
    let compared = tasks.filter { $0.worseThanIncumbent != nil }
    let worst = compared.max { left, right in
        (left.worseThanIncumbent?.estimate ?? 0) < (right.worseThanIncumbent?.estimate ?? 0)
    }
    guard let worst, let found = worst.worseThanIncumbent else {
        return EvidenceCheck("worst task", .pass, "no task is known to both policies")
    }
    let vetoing = compared.filter { ($0.worseThanIncumbent?.lower ?? 0) > margin }.map(\.name)
    let numbers =
        "'\(worst.name)' \(percent(found.estimate, signed: true)) (\(interval(found))), "
        + "margin \(percent(margin, signed: true))"
    guard vetoing.isEmpty else {
        return EvidenceCheck(
            "worst task", .fail, "\(numbers); beyond it: \(vetoing.joined(separator: ", "))")
    }
    return EvidenceCheck("worst task", .pass, numbers)
}

/// Episodes beyond those at hand until the interval, which shrinks with their root, clears `bound`.
///
/// Nil where the estimate stands on the bound itself: then no number of episodes settles it.
package func moreEpisodes(
    toSeparate found: BootstrapInterval, from bound: Double, have episodes: Int
) -> Int? {
    let distance = abs(found.estimate - bound)
    let reach =
        found.estimate < bound ? found.upper - found.estimate : found.estimate - found.lower
    guard distance > 0, reach.isFinite, reach > distance else { return nil }
    let needed = (Double(episodes) * (reach / distance) * (reach / distance)).rounded(.up)
    guard needed < 1e9 else { return nil }
    return max(1, Int(needed) - episodes)
}

func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

func percent(_ share: Double, signed: Bool = false) -> String {
    String(format: signed ? "%+.1f %%" : "%.1f %%", 100 * share)
}

func interval(_ found: BootstrapInterval) -> String {
    "\(fixed(100 * found.lower, 1)) to \(fixed(100 * found.upper, 1)) %"
}
