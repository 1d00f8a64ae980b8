import Foundation
import MorningReports
import StageRuns

/// What was foretold, learned, compared and decided.
extension MorningGathering {
    func addLearning(to report: inout MorningReport) throws {
        let labels = summary(of: "label-with-value-function")
        report.doubtful = labels["doubtfulOutcomes"].elements.map(Self.doubtful)
        report.labelling = labelling(labels)
        report.learning = learning(summary(of: "fine-tune"))
        report.evidence = evidence(try artefact("evidence", of: "shadow-evaluate"))
        report.decision = decision(summary(of: "promote"))
    }

    private static func doubtful(_ origin: ConfigurationValue) -> MorningReport.Doubtful {
        let episodes = origin["episodes"].count ?? 0
        let doubtful = origin["doubtful"].count ?? 0
        return MorningReport.Doubtful(
            kind: origin["kind"].string ?? "", name: origin["name"].string ?? "",
            episodes: episodes, doubtful: doubtful,
            interval: Estimate(
                value: Double(doubtful) / Double(max(1, episodes)),
                lower: origin["lower"].number ?? 0, upper: origin["upper"].number ?? 1),
            isSuspicious: origin["isSuspicious"].flag)
    }

    private func labelling(_ summary: ConfigurationValue) -> MorningReport.Labelling? {
        guard summary != .none, !summary["figures"].elements.isEmpty else { return nil }
        let trend = history.entries.compactMap { entry -> Double? in
            let stage = entry.result?.stages.last { $0.stage == "label-with-value-function" }
            return stage?.summary["aurocAtHalf"].number
        }
        return MorningReport.Labelling(
            episodes: summary["labelledEpisodes"].count ?? 0, steps: summary["steps"].count ?? 0,
            positiveSteps: summary["positiveSteps"].count ?? 0,
            figures: summary["figures"].elements.map(Self.foretold),
            tasks: summary["tasks"].elements.prefix(200).map { task in
                let half = task["figures"].elements.map(Self.foretold).first { $0.share == 0.5 }
                return MorningReport.TaskForetold(
                    task: task["instruction"].string ?? "", episodes: task["episodes"].count ?? 0,
                    auroc: half?.auroc, brier: half?.brier,
                    positiveShare: task["positiveShare"].number)
            }, trend: trend)
    }

    private static func foretold(_ figures: ConfigurationValue) -> MorningReport.Foretold {
        MorningReport.Foretold(
            share: figures["share"].number ?? 0, auroc: figures["auroc"].number,
            brier: figures["brier"].number,
            bins: figures["calibration"].elements.compactMap { bin in
                guard let predicted = bin["predicted"].number,
                    let observed = bin["observed"].number
                else { return nil }
                return MorningReport.Bin(
                    predicted: predicted, observed: observed, count: bin["count"].count ?? 0)
            })
    }

    private func learning(_ summary: ConfigurationValue) -> MorningReport.Learning? {
        guard let candidate = summary["candidate"].string else { return nil }
        return MorningReport.Learning(
            candidate: candidate, base: summary["base"].string,
            conditioning: summary["conditioning"].string ?? "unknown",
            trainingEpisodes: summary["trainingEpisodes"].count ?? 0,
            heldOutEpisodes: summary["heldOutEpisodes"].count ?? 0,
            trainingSteps: summary["trainingSteps"].count ?? 0,
            finalLoss: summary["finalLoss"].number,
            improvement: summary["heldOutErrors"]["improvement"].number,
            neverPositive: self.summary(of: "filter-by-quality")["episodes_never_positive"].count
                ?? 0,
            tasks: summary["tasks"].elements.prefix(200).map {
                MorningReport.TaskLearning(
                    task: $0["instruction"].string ?? "",
                    trainingEpisodes: $0["trainingEpisodes"].count ?? 0,
                    heldOutEpisodes: $0["heldOutEpisodes"].count ?? 0,
                    error: $0["heldOutErrors"]["policy"].number,
                    guess: $0["heldOutErrors"]["meanChunk"].number)
            })
    }

    private func evidence(_ kept: ConfigurationValue) -> MorningReport.EvidenceSummary? {
        guard let candidate = kept["candidate"].string, let verdict = kept["verdict"].string else {
            return nil
        }
        return MorningReport.EvidenceSummary(
            verdict: verdict, candidate: candidate, incumbent: kept["incumbent"].string,
            reasons: kept["reasons"].strings, moreEpisodes: kept["moreEpisodes"].count,
            heldOutEpisodes: kept["measurements"]["heldOutEpisodes"].count ?? 0,
            checks: kept["checks"].elements.map {
                MorningReport.Check(
                    name: $0["name"].string ?? "", verdict: $0["verdict"].string ?? "",
                    statement: $0["statement"].string ?? "", decides: $0["decides"].flag)
            }, simulation: simulation(kept["simulation"]))
    }

    private func simulation(_ kept: ConfigurationValue) -> MorningReport.Simulated? {
        let comparison = kept["comparison"]
        guard comparison != .none else { return nil }
        let alpha = kept["errorSpent"]["alpha"].number
        return MorningReport.Simulated(
            tasks: comparison["tasks"].elements.prefix(200).map { task in
                let pairs = task["pairs"]
                let count = ["wins", "losses", "ties"].reduce(0) { $0 + (pairs[$1].count ?? 0) }
                return MorningReport.TaskEvidence(
                    task: task["task"].string ?? "", episodes: count,
                    candidate: task["candidateSuccesses"].count ?? 0,
                    incumbent: task["isShared"].flag ? task["incumbentSuccesses"].count : nil,
                    difference: Self.estimate(task["difference"]))
            }, difference: Self.estimate(comparison["difference"]),
            throughput: Self.estimate(comparison["throughput"]["ratio"]),
            looks: kept["looks"].count ?? 0, asked: alpha.map { 1 / $0 },
            better: comparison["logSuperiority"].number,
            faster: comparison["throughput"]["logEvidence"].number,
            notWorse: comparison["logNonInferiority"].number, worse: comparison["logHarm"].number)
    }

    private static func estimate(_ kept: ConfigurationValue) -> Estimate? {
        guard let value = kept["estimate"].number, let lower = kept["lower"].number,
            let upper = kept["upper"].number
        else { return nil }
        return Estimate(value: value, lower: lower, upper: upper)
    }

    private func decision(_ summary: ConfigurationValue) -> MorningReport.Decision? {
        guard summary != .none else { return nil }
        let moves = isReused("promote") ? [] : summary["channelMoves"].elements
        return MorningReport.Decision(
            verdict: summary["verdict"].string, release: summary["release"].string,
            moves: moves.map {
                MorningReport.Move(
                    channel: $0["channel"].string ?? "", from: $0["from"].string,
                    to: $0["to"].string)
            }, reasons: summary["reasons"].strings)
    }
}
