package import Reports

extension MorningReport {
    /// The report as sections, for a browser or a terminal.
    package var page: Report {
        Report(
            title: headline, subtitle: subtitle,
            sections: [
                today, arrivals, refusals, cameras, foretold, learned, compared, progress,
                variety, costs,
            ].compactMap(\.self),
            mark: "Nightshift · the night of \(startedAt.prefix(10)) · run \(run)")
    }

    private var subtitle: String {
        [driving, undecided, "The night took \(duration(seconds))."].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// How robots did under their policies last night, beside the nights before.
    private var driving: String {
        let totals = nights.map { night in
            night.tasks.reduce(into: Tally()) { $0.add($1.autonomous) }
        }
        guard let success = totals.last?.success else { return "" }
        let before = totals.dropLast().reduce(into: Tally()) { $0.add($1) }
        let usual = before.success.map {
            ", \(percentage($0.value)) over \(counted(nights.count - 1, "night")) before"
        }
        return "Robots by themselves succeeded in \(percentage(success.value)) of their episodes "
            + "(\(shares(success)))\(usual ?? "")."
    }

    /// Why the policy stays as it is, if a candidate was turned down.
    private var undecided: String {
        guard let decision, decision.moves.isEmpty, decision.verdict != nil else { return "" }
        return decision.reasons.isEmpty
            ? "" : "About the candidate: \(decision.reasons.prefix(2).joined(separator: "; "))."
    }

    private var today: Report.Section? {
        needs.isEmpty ? nil : Report.Section("For a human today", [.list(needs)])
    }
}

/// The first rows of many, and how many were left out.
func firstRows<Row>(_ rows: [Row], of total: Int? = nil, limit: Int = 12) -> (
    rows: [Row], more: String
) {
    let count = total ?? rows.count
    let shown = Array(rows.prefix(limit))
    return (
        shown, count > shown.count ? "and \(shortNumber(Double(count - shown.count))) more" : ""
    )
}

/// A table that is cut, and says by how much.
func cutTable<Row>(
    _ columns: [Report.Table.Column], _ all: [Row], limit: Int = 12, cells: (Row) -> [String]
) -> [Report.Block] {
    let (rows, more) = firstRows(all, limit: limit)
    let table = Report.Block.table(.init(columns: columns, rows: rows.map(cells)))
    return more.isEmpty ? [table] : [table, .paragraph(more)]
}

/// A number that may be missing.
func optional(_ value: Double?, _ written: (Double) -> String) -> String {
    value.map(written) ?? "–"
}

/// An interval of shares.
func shares(_ estimate: Estimate) -> String {
    "\(percentage(estimate.lower)) to \(percentage(estimate.upper))"
}

/// A difference of shares in points, with its sign.
func points(_ difference: Double) -> String {
    let tenths = (difference * 1000).rounded() / 10
    return (tenths < 0 ? "−" : "+") + "\(abs(tenths))"
}
