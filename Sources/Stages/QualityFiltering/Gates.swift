import Foundation

/// Applies the gates to measurements.
struct Gates {
    let settings: QualityConfiguration
    let cohorts: ClosedCohorts
    let opinions: ValueOpinions
    /// Episodes that are nearly the same as a better one, see ``DuplicateSurvey``.
    var duplicates: [String: Duplicate] = [:]
    /// What soft gates may do to which episodes.
    var decisions = SoftDecisions()

    /// Every objection, in the order of the gates; gates that are off find nothing.
    func findings(_ episode: EpisodeMeasurements) -> [GateFinding] {
        let soft = soft(episode) + besideOthers(episode) + unusualPictures(episode)
        return settled(hard(episode) + soft + opinions.findings(episode, self), of: episode)
    }

    /// Whether a hard gate refuses the episode.
    func isRefused(_ episode: EpisodeMeasurements) -> Bool {
        settled(hard(episode), of: episode).contains { !$0.isWarning }
    }

    private func hard(_ episode: EpisodeMeasurements) -> [GateFinding] {
        schema(episode) + clock(episode) + gaps(episode) + dropped(episode)
            + streams(episode) + length(episode) + frozen(episode) + physics(episode)
            + blankPictures(episode) + safety(episode) + provenance(episode)
    }

    /// What gates found, as far as the configuration has them act.
    private func settled(
        _ findings: [GateFinding], of episode: EpisodeMeasurements
    ) -> [GateFinding] {
        findings.compactMap { finding in
            var finding = finding
            switch settings.mode(of: finding.gate) {
            case .off: return nil
            case .warn: finding.isWarning = true
            case .quarantine where !finding.gate.isSoft: break
            case .quarantine, .downWeight: decisions.apply(to: &finding, of: episode.episode)
            }
            return finding
        }
    }

    private func schema(_ episode: EpisodeMeasurements) -> [GateFinding] {
        if let fault = episode.schemaFault { return [failure(.schema, fault)] }
        guard let usual = cohorts.layouts[episode.embodiment], usual != episode.layout else {
            return []
        }
        return [
            failure(
                .schema,
                "the embodiment \(episode.embodiment) has the state and action layout "
                    + "\(episode.layout), its other episodes have \(usual)")
        ]
    }

    private func clock(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let fault = episode.clockFault else { return [] }
        return [
            failure(
                .monotoneClock,
                "the clock moves by \(seconds(fault.value)) between steps \(fault.step) and "
                    + "\(fault.step + 1), expected forwards", fault.value, 0)
        ]
    }

    private func gaps(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let gap = episode.largestGapSeconds, let period = episode.periodSeconds else {
            return []
        }
        // A slow robot's ordinary period may exceed the limit in seconds: two periods are no gap.
        let limit = min(
            settings.maximumGapPeriods * period, max(settings.maximumGapSeconds, 2 * period))
        if gap.value > limit {
            return [
                failure(
                    .gaps,
                    "\(seconds(gap.value)) between steps \(gap.step) and \(gap.step + 1), "
                        + "limit \(seconds(limit))", gap.value, limit)
            ]
        }
        let jitterLimit = settings.jitterWarningShare * period
        guard let jitter = episode.jitterSeconds, jitter > jitterLimit else { return [] }
        return [
            warning(
                .gaps,
                "the period of \(seconds(period)) varies by \(seconds(jitter)) (standard deviation), "
                    + "usual up to \(seconds(jitterLimit))", jitter, jitterLimit)
        ]
    }

    private func dropped(_ episode: EpisodeMeasurements) -> [GateFinding] {
        contradictedRate(episode) + missing(episode)
    }

    private func contradictedRate(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let stated = episode.contradictedPeriodSeconds, let period = episode.periodSeconds
        else { return [] }
        let text = String(
            format: "the clock runs at %.4g Hz, the recording states %.4g; the clock's is used",
            1 / period, 1 / stated)
        return [warning(.droppedFrames, text, 1 / period, 1 / stated)]
    }

    private func missing(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let share = episode.droppedShare, share > settings.droppedWarningShare else {
            return []
        }
        let fails = share > settings.droppedLimitShare
        let limit = fails ? settings.droppedLimitShare : settings.droppedWarningShare
        let text = String(
            format:
                "%.1f %% of the steps between first and last timestamp are missing, limit %.1f %%",
            share * 100, limit * 100)
        return [
            fails
                ? failure(.droppedFrames, text, share, limit)
                : warning(.droppedFrames, text, share, limit)
        ]
    }

    private func length(_ episode: EpisodeMeasurements) -> [GateFinding] {
        if let duration = episode.durationSeconds, duration < settings.minimumLengthSeconds {
            return [
                failure(
                    .length,
                    "\(seconds(duration)) in \(episode.stepCount) steps, expected at least "
                        + seconds(settings.minimumLengthSeconds), duration,
                    settings.minimumLengthSeconds)
            ]
        }
        guard let cohort = cohorts.limits(of: episode) else { return [] }
        let limit = settings.maximumLengthFactor * cohort.medianStepCount
        guard Double(episode.stepCount) > limit else { return [] }
        return [
            failure(
                .length,
                "\(episode.stepCount) steps, the median of its \(cohort.episodeCount) like it is "
                    + "\(Int(cohort.medianStepCount)), limit \(Int(limit))",
                Double(episode.stepCount),
                limit)
        ]
    }

    private func safety(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard episode.hasSafetyMark else { return [] }
        return [
            warning(
                .safetyMark,
                "an emergency stop or a collision is marked: kept, and never a positive example")
        ]
    }

    private func provenance(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard !episode.missingProvenance.isEmpty else { return [] }
        return [
            failure(
                .provenance,
                "not stated: " + episode.missingProvenance.joined(separator: ", "),
                Double(episode.missingProvenance.count), 0)
        ]
    }
}

extension Gates {
    func failure(
        _ gate: QualityGate, _ text: String, _ value: Double? = nil, _ threshold: Double? = nil
    ) -> GateFinding {
        GateFinding(
            gate: gate, isWarning: false, message: "\(gate.rawValue) \(gate.title): \(text)",
            value: value, threshold: threshold)
    }

    func warning(
        _ gate: QualityGate, _ text: String, _ value: Double? = nil, _ threshold: Double? = nil
    ) -> GateFinding {
        GateFinding(
            gate: gate, isWarning: true, message: "\(gate.rawValue) \(gate.title): \(text)",
            value: value, threshold: threshold)
    }

    func seconds(_ value: Double) -> String {
        abs(value) < 0.1
            ? String(format: "%.4g ms", value * 1000) : String(format: "%.2f s", value)
    }
}
