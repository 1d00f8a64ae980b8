import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases
package import StageRuns

/// Checks that everything the catalogue names is there and is what its name says.
package struct StoreVerification {
    let session: StageSession
    let sample: ContentSample
    let workers: Int
    let log = StageLog(stage: "verify")

    /// Prepares a check of the workspace that `options` name.
    ///
    /// Arguments:
    ///   - sample: share of the content that is read, above 0 and at most 1.
    ///   - seed: decides which share; another one each night reads everything in time.
    ///   - workers: threads; nil for one a core.
    /// - Throws: ``StageError``.
    package init(
        options: StageOptions, sample: Double = 1, seed: UInt64 = 0, workers: Int? = nil
    ) throws {
        guard sample > 0, sample <= 1 else {
            throw StageError.usage(
                "the sample is \(sample), expected a share above 0 and at most 1",
                next: "Give for example --sample 0.05; without it everything is read.")
        }
        session = try StageSession(options: options)
        self.sample = ContentSample(share: sample, seed: seed)
        self.workers = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Reads and checks everything, or the sample of it.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors. What is wrong in the store is no error.
    package func run() throws -> VerificationReport {
        let start = ContinuousClock.now
        var report = VerificationReport()
        report.sample = sample.share
        try verifyHistory(&report)
        try verifyShards(&report)
        try verifyEpisodes(&report)
        try verifyObjects(&report)
        try verifyReleases(&report)
        try countTombstones(&report)
        report.seconds = seconds(since: start)
        return report
    }

    private func verifyHistory(_ report: inout VerificationReport) throws {
        report.history = try session.catalogue.channelHistory().count
        do {
            try session.catalogue.verifyHistory()
        } catch let error as CatalogueError {
            guard case .historyBroken(let sequence, _) = error else { throw error }
            report.add(
                .init(
                    kind: .damaged, what: "history", id: "record \(sequence)",
                    message: error.description))
        }
    }

    private func countTombstones(_ report: inout VerificationReport) throws {
        for episode in try session.catalogue.unerasedEpisodes() {
            report.waitingForErasure.add(episode.length)
        }
    }
}

/// Which part of the content a quick check reads.
package struct ContentSample: Sendable {
    package let share: Double
    package let seed: UInt64

    /// Whether the content of that name is read.
    func contains(_ digest: Digest) -> Bool {
        guard share < 1 else { return true }
        var word = seed &+ 0x9E37_79B9_7F4A_7C15
        for byte in digest.bytes { word = (word ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((word ^ (word >> 31)) >> 11) / Double(UInt64(1) << 53) < share
    }
}

func seconds(since start: ContinuousClock.Instant) -> Double {
    let parts = start.duration(to: .now).components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
}
