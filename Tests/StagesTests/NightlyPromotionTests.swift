import Catalogue
import Digests
import Evidence
import Foundation
import Promotion
import Releases
import StageRuns
import TestSupport
import Testing

@Suite("Nightly promotion") struct NightlyPromotionTests {
    private func withWorkspace(_ body: (PromotionWorkspace) throws -> Void) throws {
        try withTemporaryDirectory { try body(PromotionWorkspace(root: $0)) }
    }

    @Test("the first release that passes goes to shadow and to production, and says why")
    func firstRelease() throws {
        try withWorkspace { workspace in
            let summary = try workspace.night(seed: 1, .pass)
            #expect(summary.sequence == 1)
            #expect(summary.channel == "production")
            #expect(summary.headline.contains("the first release has no incumbent"))
            #expect(try workspace.channel("shadow") == summary.release)
            #expect(try workspace.channel("production") == summary.release)
            let key = try SigningKeyFile(workspace: workspace.root).readPublic()
            let release = try ReleaseStore(workspace: workspace.root)
                .verified(summary.release, key: key)
            #expect(release.manifest.seed == 1)
            let statement = ChannelLinks(workspace: workspace.root).statement(of: "production")
            #expect(try #require(statement).verifies(with: key))
            #expect(statement?.release == summary.release)
            #expect(statement?.action == .promotion)
            let last = try promotionHistory(options: workspace.options, verify: true)
            #expect(last.records.map(\.decision?.kind) == [.nightly, .first])
        }
    }

    @Test("with firstRelease: shadow, production waits for a person")
    func firstReleaseToShadow() throws {
        try withWorkspace { workspace in
            let summary = try workspace.night(seed: 1, .pass, settings: "firstRelease: shadow")
            #expect(summary.channel == "shadow")
            #expect(try workspace.channel("production") == nil)
            let id = summary.release.hex
            _ = try workspace.byHand().promote(
                id, channel: nil, reason: "bench trials", despiteVeto: false)
            #expect(try workspace.channel("production") == summary.release)
        }
    }

    @Test("a later release that passes goes to shadow only, with a higher version")
    func laterRelease() throws {
        try withWorkspace { workspace in
            let first = try workspace.night(seed: 1, .pass)
            let second = try workspace.night(seed: 2, .pass)
            #expect(second.sequence == 2)
            #expect(second.channelMoves.map(\.channel) == ["shadow"])
            #expect(try workspace.channel("shadow") == second.release)
            #expect(try workspace.channel("production") == first.release)
        }
    }

    @Test(
        "fail and undecided move no pointer, and are recorded with their reasons",
        arguments: [EvidenceSummary.Verdict.fail, .undecided])
    func keepsPointers(verdict: EvidenceSummary.Verdict) throws {
        try withWorkspace { workspace in
            let first = try workspace.night(seed: 1, .pass)
            let second = try workspace.night(seed: 2, verdict)
            #expect(second.channelMoves.isEmpty)
            #expect(second.channel == nil)
            #expect(second.headline.contains("no channel moved"))
            #expect(try workspace.channel("shadow") == first.release)
            #expect(try workspace.channel("production") == first.release)
            let history = try promotionHistory(options: workspace.options, verify: true)
            let last = try #require(history.records.last)
            #expect(last.action == (verdict == .fail ? "rejected" : "undecided"))
            #expect(last.decision?.reasons == ["because"])
            #expect(last.release == second.release.hex)
            let record = try workspace.session.catalogue.release(id: second.release.hex)
            #expect(record?.state == (verdict == .fail ? .rejected : .candidate))
        }
    }

    @Test("a first release that fails leaves every channel empty")
    func firstReleaseFails() throws {
        try withWorkspace { workspace in
            try workspace.night(seed: 1, .fail)
            #expect(try workspace.channel("production") == nil)
            let second = try workspace.night(seed: 2, .pass)
            #expect(second.sequence == 2)
            #expect(try workspace.channel("production") == second.release)
        }
    }

    @Test("the same night again does nothing and says so")
    func reuse() throws {
        try withWorkspace { workspace in
            try workspace.night(seed: 1, .pass)
            let before = try workspace.session.catalogue.channelHistory().count
            let report = try promoteNightly(options: workspace.options)
            #expect(report.reused)
            #expect(try workspace.session.catalogue.channelHistory().count == before)
        }
    }

    @Test("links that a crash left behind follow the catalogue at the next promotion")
    func repair() throws {
        try withWorkspace { workspace in
            let first = try workspace.night(seed: 1, .pass)
            let links = ChannelLinks(workspace: workspace.root)
            try links.remove("production")
            try FileManager.default.removeItem(at: links.statementFile(of: "production"))
            try FileManager.default.removeItem(
                at: ReleaseStore(workspace: workspace.root).url(of: first.release))
            _ = try promoteNightly(options: workspace.options)
            #expect(try workspace.channel("production") == first.release)
            #expect(links.statement(of: "production")?.release == first.release)
            let status = try promotionStatus(options: workspace.options)
            #expect(status.channels.map(\.problem) == [nil, nil])
        }
    }

    @Test("evidence about another candidate is refused, with the stage to run")
    func evidenceOfAnother() throws {
        try withWorkspace { workspace in
            let release = try workspace.publishCandidate(seed: 1)
            try workspace.publishEvidence(.pass, about: release)
            try workspace.publishCandidate(seed: 2)
            let error = #expect(throws: StageError.self) {
                try promoteNightly(options: workspace.options)
            }
            #expect(error?.exitCode == 65)
            #expect(error?.next.contains("shadow-evaluate") == true)
        }
    }

    @Test("without a candidate it says which stage to run")
    func nothingToPromote() throws {
        try withWorkspace { workspace in
            let error = #expect(throws: StageError.self) {
                try promoteNightly(options: workspace.options)
            }
            #expect(error?.message.contains("fine-tune has not succeeded") == true)
        }
    }

    @Test("passing on recorded experience never means production, and says so")
    func recordedExperienceApprovesNothing() throws {
        try withWorkspace { workspace in
            let settings = "passChannel: production"
            let first = try workspace.night(seed: 1, .pass, settings: settings)
            #expect(first.channelMoves.map(\.channel) == ["production"])
            let second = try workspace.night(seed: 2, .pass, settings: settings)
            #expect(second.channelMoves.isEmpty)
            #expect(second.headline.contains("passed, but no channel moved"))
            #expect(second.reasons.contains { $0.contains("may veto and never approves") })
            #expect(try workspace.channel("production") == first.release)
            let last = try promotionHistory(options: workspace.options, verify: true).records.last
            #expect(last?.action == "undecided")
            #expect(last?.decision?.reasons.contains { $0.contains("never approves") } == true)
        }
    }

    @Test("passing with robots means production, if they were compared with what it has")
    func robotsApprove() throws {
        try withWorkspace { workspace in
            let settings = "passChannel: production"
            let first = try workspace.night(seed: 1, .pass, settings: settings)
            let stale = try workspace.night(
                seed: 2, .pass, settings: settings, beating: Digest.of("another"))
            #expect(stale.channelMoves.isEmpty)
            #expect(stale.reasons.contains { $0.contains("run shadow-evaluate again") })
            let second = try workspace.night(
                seed: 3, .pass, settings: settings, beating: first.release)
            #expect(second.channelMoves.map(\.channel) == ["production"])
            #expect(try workspace.channel("production") == second.release)
            let last = try promotionHistory(options: workspace.options, verify: true).records.last
            #expect(last?.decision?.kind == .nightly)
            #expect(last?.decision?.errorSpent?.alpha == 0.001)
            for verdict in [EvidenceSummary.Verdict.fail, .undecided] {
                let third = try workspace.night(
                    seed: verdict == .fail ? 4 : 5, verdict, settings: settings,
                    beating: second.release)
                #expect(third.channelMoves.isEmpty)
            }
        }
    }

    @Test("a channel without a name is a problem")
    func configurationProblems() {
        var configuration = PromotionConfiguration()
        #expect(configuration.problems() == [])
        configuration.passChannel = ""
        #expect(configuration.problems().count == 1)
    }
}
