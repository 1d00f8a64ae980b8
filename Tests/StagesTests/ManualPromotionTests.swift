import Catalogue
import Digests
import Foundation
import Promotion
import Releases
import StageRuns
import TestSupport
import Testing

@Suite("Promotion by hand") struct ManualPromotionTests {
    /// Three nights that passed: all in shadow in turn, the first in production.
    private func withThreeReleases(
        _ body: (PromotionWorkspace, [Digest]) throws -> Void
    ) throws {
        try withTemporaryDirectory { root in
            let workspace = try PromotionWorkspace(root: root)
            let releases = try (1...3).map { try workspace.night(seed: $0, .pass).release }
            try body(workspace, releases)
        }
    }

    private func promote(_ release: Digest, in workspace: PromotionWorkspace) throws {
        _ = try workspace.byHand().promote(
            String(release.hex.prefix(12)), channel: nil, reason: "bench trials",
            despiteVeto: false)
    }

    @Test("a promotion and its rollback are each recorded with actor and reason")
    func promoteAndRollBack() throws {
        try withThreeReleases { workspace, releases in
            try promote(releases[1], in: workspace)
            #expect(try workspace.channel("production") == releases[1])
            let back = try workspace.byHand().rollBack(
                channel: nil, to: nil, reason: "drops cups")
            #expect(back.release == releases[0])
            #expect(back.previous == releases[1])
            #expect(try workspace.channel("production") == releases[0])
            let statement = ChannelLinks(workspace: workspace.root).statement(of: "production")
            #expect(statement?.action == .rollback)
            #expect(statement?.sequence == 1)
            let last = try promotionHistory(options: workspace.options, verify: true).records.last
            #expect(last?.actor == "ada")
            #expect(last?.decision?.kind == .rollback)
            #expect(last?.decision?.reasons == ["drops cups"])
            // And forward again.
            try promote(releases[1], in: workspace)
            #expect(try workspace.channel("production") == releases[1])
        }
    }

    @Test("where the release before is bad too, a second rollback goes further back")
    func stableIsBad() throws {
        try withThreeReleases { workspace, releases in
            try promote(releases[1], in: workspace)
            try promote(releases[2], in: workspace)
            _ = try workspace.byHand().rollBack(channel: nil, to: nil, reason: "bad")
            #expect(try workspace.channel("production") == releases[1])
            _ = try workspace.byHand().rollBack(channel: nil, to: nil, reason: "bad too")
            #expect(try workspace.channel("production") == releases[0])
            let error = #expect(throws: StageError.self) {
                try workspace.byHand().rollBack(channel: nil, to: nil, reason: "all bad")
            }
            #expect(error?.exitCode == 2)
            #expect(try workspace.channel("production") == releases[0])
        }
    }

    @Test("a rollback needs neither the object store nor the catalogue's latest attempts")
    func residentOnly() throws {
        try withThreeReleases { workspace, releases in
            try promote(releases[1], in: workspace)
            try FileManager.default.removeItem(at: workspace.root.appending(path: "objects"))
            _ = try workspace.byHand().rollBack(channel: nil, to: nil, reason: "bad")
            #expect(try workspace.channel("production") == releases[0])
        }
    }

    @Test("a rollback to a release that was tampered with is refused, and moves nothing")
    func tamperedTarget() throws {
        try withThreeReleases { workspace, releases in
            try promote(releases[1], in: workspace)
            let weights = ReleaseStore(workspace: workspace.root).url(of: releases[0])
                .appending(path: "weights.safetensors")
            try Data("weights of 9".utf8).write(to: weights)
            #expect(throws: ReleaseError.self) {
                try workspace.byHand().rollBack(channel: nil, to: nil, reason: "bad")
            }
            #expect(try workspace.channel("production") == releases[1])
            #expect(throws: ReleaseError.self) {
                try workspace.byHand().pin(releases[0].hex, reason: "known good")
            }
        }
    }

    @Test("a rollback goes to a pinned release that the channel never had, and to no other")
    func pinned() throws {
        try withThreeReleases { workspace, releases in
            let target = releases[1].hex
            #expect(throws: StageError.self) {
                try workspace.byHand().rollBack(channel: nil, to: target, reason: "try")
            }
            _ = try workspace.byHand().pin(target, reason: "known good")
            _ = try workspace.byHand().rollBack(channel: nil, to: target, reason: "try")
            #expect(try workspace.channel("production") == releases[1])
            let status = try promotionStatus(options: workspace.options)
            #expect(status.releases.filter(\.isPinned).map(\.release) == [releases[1]])
        }
    }

    @Test("versions only go up: an older release is refused as a candidate")
    func versionsGoUp() throws {
        try withThreeReleases { workspace, releases in
            try promote(releases[2], in: workspace)
            let error = #expect(throws: StageError.self) {
                try promote(releases[1], in: workspace)
            }
            #expect(try #require(error).next.contains("promote rollback"))
            #expect(try workspace.channel("production") == releases[2])
        }
    }

    @Test("a veto holds unless a person says otherwise")
    func veto() throws {
        try withThreeReleases { workspace, _ in
            let vetoed = try workspace.night(seed: 4, .fail).release
            let error = #expect(throws: StageError.self) { try promote(vetoed, in: workspace) }
            #expect(error?.exitCode == 65)
            #expect(try #require(error).message.contains("because"))
            _ = try workspace.byHand().promote(
                vetoed.hex, channel: "canary", reason: "I know better", despiteVeto: true)
            #expect(try workspace.channel("canary") == vetoed)
        }
    }

    @Test("a release is named by at least 6 digits of its id", arguments: ["", "abc", "zzzzzz"])
    func names(text: String) throws {
        try withThreeReleases { workspace, _ in
            let error = #expect(throws: StageError.self) {
                try workspace.byHand().pin(text, reason: "x")
            }
            #expect(error?.exitCode == 2)
        }
    }

    @Test("history --verify finds a release that is not what was signed")
    func verification() throws {
        try withThreeReleases { workspace, releases in
            let history = try promotionHistory(options: workspace.options, verify: true)
            #expect(try #require(history.verified).contains("2 releases"))
            let manifest = ReleaseStore(workspace: workspace.root).url(of: releases[0])
                .appending(path: "manifest.json")
            try Data("{}".utf8).write(to: manifest)
            let error = #expect(throws: StageError.self) {
                try promotionHistory(options: workspace.options, verify: true)
            }
            #expect(error?.exitCode == 65)
            #expect(try #require(error).message.contains(releases[0].hex))
        }
    }
}

@Suite("Channel timeline") struct ChannelTimelineTests {
    private let a = Digest.of("a")
    private let b = Digest.of("b")
    private let c = Digest.of("c")

    @Test("rollbacks take releases off; promotions put them on")
    func stack() {
        var timeline = ChannelTimeline()
        #expect(timeline.rollbackTarget == nil)
        timeline.move(to: a, isRollback: false)
        #expect(timeline.rollbackTarget == nil)
        timeline.move(to: b, isRollback: false)
        timeline.move(to: c, isRollback: false)
        #expect(timeline.rollbackTarget == b)
        timeline.move(to: b, isRollback: true)
        #expect(timeline.releases == [a, b])
        #expect(timeline.rollbackTarget == a)
        timeline.move(to: c, isRollback: false)
        timeline.move(to: a, isRollback: true)
        #expect(timeline.releases == [a])
    }

    @Test("a rollback to a release that the channel never had goes on top")
    func pinnedElsewhere() {
        var timeline = ChannelTimeline()
        timeline.move(to: a, isRollback: false)
        timeline.move(to: b, isRollback: true)
        #expect(timeline.releases == [a, b])
        #expect(timeline.rollbackTarget == a)
    }
}
