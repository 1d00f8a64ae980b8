import Releases
import Digests
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
                        .facts([
                            Report.Fact("release", release.hex),
                            Report.Fact("version", "\(sequence)"),
                            Report.Fact("evidence", evidence.hex),
                        ]),
                    ])
            ])
    }
}
