import Releases
import Digests
import Evidence
import Foundation
import Reports

extension PromotionSummary {
    /// The page that a person reads.
    func report(evidence: Digest) -> Report {
        Report(
            title: "Promotion", subtitle: headline,
            sections: [
                Report.Section(
                    "Decision",
                    [
                        .verdict(
                            Report.VerdictBadge(
                                Report.VerdictBadge.Value(rawValue: verdict.rawValue)
                                    ?? .undecided, reasons: reasons)),
                        .table(
                            Report.Table(
                                columns: [.init("channel"), .init("from"), .init("to")],
                                rows: channelMoves.map {
                                    [$0.channel, $0.from?.short ?? "nothing", $0.to.short]
                                })),
                        .facts(
                            [
                                Report.Fact("release", release.hex),
                                Report.Fact("version", "\(sequence)"),
                                Report.Fact("evidence", evidence.hex),
                            ]
                                + (errorSpent.map { [$0.fact] } ?? [])),
                    ])
            ])
    }
}

extension ErrorSpent {
    /// The night's part of the error budget.
    fileprivate var fact: Report.Fact {
        let digits = { (value: Double) in String(format: "%.3g", value) }
        return Report.Fact(
            "error budget",
            "test \(test) might err by \(digits(alpha)); the e-value found is e^"
                + "\(digits(logEvidence)), asked e^\(digits(-log(alpha)))")
    }
}
