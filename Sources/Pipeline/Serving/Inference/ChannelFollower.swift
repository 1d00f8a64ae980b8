import Digests
import Dispatch
import Foundation
import Releases
import StageRuns
import Synchronization

/// Looks at a channel's pointer twice a second, and serves what it names once that is verified.
///
/// A release that cannot be verified or loaded is reported, and the old one goes on serving.
final class ChannelFollower: Sendable {
    private let channel: String
    private let workspace: URL
    private let asking: Asking
    private let shelf: PolicyShelf
    private let metrics: ServingMetrics
    private let log: StageLog
    private let queue = DispatchQueue(label: "nightshift.channel", qos: .utility)
    private let isStopped = Atomic(false)
    /// What was said last, so that a lasting fault is said once.
    private let lastProblem = Mutex("")
    /// When a refused release is tried again: it may have been in the middle of being repaired.
    private let refused = Mutex<(release: Digest, again: DispatchTime)?>(nil)

    init(
        channel: String, workspace: URL, asking: Asking, shelf: PolicyShelf,
        metrics: ServingMetrics, log: StageLog
    ) {
        (self.channel, self.workspace, self.asking) = (channel, workspace, asking)
        (self.shelf, self.metrics, self.log) = (shelf, metrics, log)
    }

    func start() {
        queue.asyncAfter(deadline: .now() + 0.5) { [weak self] in
            guard let self, !self.isStopped.load(ordering: .relaxed) else { return }
            look()
            start()
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func look() {
        do {
            guard let release = try ChannelLinks(workspace: workspace).release(of: channel) else {
                return report("the channel '\(channel)' points at no release any more")
            }
            guard release != shelf.current.id else {
                refused.withLock { $0 = nil }
                return lastProblem.withLock { $0 = "" }
            }
            try take(release)
        } catch {
            report("\(error)")
        }
    }

    private func take(_ release: Digest) throws {
        let waits = refused.withLock { $0.map { $0.release == release && $0.again > .now() } }
        guard waits != true else { return }
        do {
            let served = try PolicySource.load(release, workspace: workspace, asking)
            // Counted first: who is served by it finds it counted.
            metrics.countSwap()
            shelf.replace(with: served)
            lastProblem.withLock { $0 = "" }
            log.info("'\(channel)' now points at \(release.hex), which is served from now on")
        } catch {
            refused.withLock { $0 = (release, .now() + 30) }
            metrics.countRefusedRelease()
            throw error
        }
    }

    private func report(_ problem: String) {
        let isNew = lastProblem.withLock { last in
            defer { last = problem }
            return last != problem
        }
        guard isNew else { return }
        log.error("\(problem) Release \(shelf.current.id.hex) goes on being served.")
    }
}
