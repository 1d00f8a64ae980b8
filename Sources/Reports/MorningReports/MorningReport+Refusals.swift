import Reports

extension MorningReport {
    /// What was refused, by whom and why; and what a person should look at.
    var refusals: Report.Section {
        let blocks = delivered + judged + weighed + worst + queue + contradicted
        return Report.Section(
            "What was refused, and why",
            blocks.isEmpty ? [.paragraph("Nothing was delivered.")] : blocks)
    }

    private var delivered: [Report.Block] {
        guard let intake else { return [] }
        let episodes = intake.accepted + intake.duplicates + intake.quarantined
        guard episodes + intake.unreadableFiles > 0 else { return [] }
        let sum = Report.Sum(
            "delivered",
            parts: [
                .init("accepted", intake.accepted, tone: .good),
                .init("quarantined", intake.quarantined, tone: .caution),
                .init("known already", intake.duplicates),
            ])
        return [.sum(sum)] + unreadable(intake) + reasons(intake)
    }

    /// Files whose episodes nobody has counted.
    private func unreadable(_ intake: Intake) -> [Report.Block] {
        guard intake.unreadableFiles > 0 else { return [] }
        return [
            .paragraph(
                "\(intake.unreadableFiles) of \(counted(intake.filesIn, "file")) could not be read at "
                    + "all; their episodes are not counted.")
        ]
    }

    private func reasons(_ intake: Intake) -> [Report.Block] {
        guard !intake.reasons.isEmpty else { return [] }
        return cutTable(
            [
                .init("quarantined for"), .init("episodes", .right), .init("files", .right),
                .init("for example"),
            ], intake.reasons
        ) {
            [
                $0.code, shortNumber(Double($0.count - $0.files)), shortNumber(Double($0.files)),
                $0.example,
            ]
        }
    }

    private var judged: [Report.Block] {
        let spoken = gates.filter { $0.refused + $0.warned > 0 }
        guard !spoken.isEmpty else {
            return gates.isEmpty ? [] : [.paragraph("No quality gate had an objection.")]
        }
        return [.heading("Quality gates, over all experience and over last night's episodes")]
            + cutTable(
                [
                    .init("gate"), .init("refused", .right), .init("new", .right),
                    .init("warned", .right), .init("new", .right), .init("for example"),
                ], spoken
            ) { gate in
                ["\(gate.id) \(gate.name)"]
                    + [gate.refused, gate.refusedTonight, gate.warned, gate.warnedTonight]
                    .map { shortNumber(Double($0)) } + [gate.example]
            }
    }

    private var weighed: [Report.Block] {
        guard let downWeighted, downWeighted > 0 else { return [] }
        let verb = downWeighted == 1 ? "is" : "are"
        return [
            .paragraph(
                "\(counted(downWeighted, "episode")) \(verb) drawn more seldom than the others.")
        ]
    }

    private var worst: [Report.Block] {
        guard !offenders.isEmpty else { return [] }
        return [.heading("The robots with most objections last night")]
            + cutTable(
                [
                    .init("robot"), .init("new episodes", .right), .init("refused", .right),
                    .init("warned", .right), .init("most often"),
                ], offenders, limit: 8
            ) {
                [
                    $0.robot, shortNumber(Double($0.episodes)), shortNumber(Double($0.refused)),
                    shortNumber(Double($0.warned)), $0.reason,
                ]
            }
    }

    private var queue: [Report.Block] {
        guard !review.isEmpty else { return [] }
        return [.heading("Episodes whose label may be wrong, for a person to look at")]
            + cutTable([.init("episode"), .init("gate"), .init("why")], review) {
                [short($0.episode), $0.gate, $0.reason]
            }
    }

    private var contradicted: [Report.Block] {
        let shown = doubtful.filter { $0.doubtful > 0 }
        guard !shown.isEmpty else { return [] }
        let table = cutTable(
            [
                .init("from"), .init("episodes", .right), .init("doubtful", .right),
                .init("95 % interval", .right), .init("verdict"),
            ], shown
        ) {
            [
                "\($0.kind) \($0.name)", shortNumber(Double($0.episodes)),
                shortNumber(Double($0.doubtful)), shares($0.interval),
                $0.isSuspicious ? "look at it" : "as usual",
            ]
        }
        return shown.contains(where: \.isSuspicious)
            ? [.heading("Outcomes that contradict the ends of their episodes")] + table
            : [
                .details(
                    summary: "Outcomes that contradict their episodes: none stands out",
                    blocks: table)
            ]
    }
}
