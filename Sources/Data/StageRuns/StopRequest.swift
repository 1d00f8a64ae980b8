import Dispatch
import Foundation
import Synchronization

/// Whether this process was asked to end: by SIGTERM, by SIGINT, or by the death of its orchestrator.
///
/// Long work asks at its safe points, keeps a checkpoint, and ends with exit code 75.
package enum StopRequest {
    private static let requested = Atomic(false)

    /// Whether the process was asked to end.
    package static var isPending: Bool { requested.load(ordering: .relaxed) }

    /// Asks the process to end at its next safe point.
    package static func raise() { requested.store(true, ordering: .relaxed) }

    /// Ends the work if the process was asked to end.
    ///
    /// - Parameter work: what is being left, for the message.
    /// - Throws: ``StageError/locked(_:next:)``, exit code 75.
    package static func check(during work: String) throws {
        guard isPending else { return }
        throw StageError.locked(
            "stopped during \(work), because the process was asked to end",
            next: "Run the same command again; finished work is kept.")
    }

    /// Lets SIGTERM and SIGINT raise the request instead of ending the process.
    package static func installSignalHandlers() {
        raise()  // Makes the lazy global now: a signal handler must not.
        requested.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in StopRequest.raise() }
        }
    }

    /// Raises the request when `descriptor`, a pipe from the orchestrator, reports its end.
    ///
    /// The kernel closes the other end however the orchestrator dies, so that no stage outlives it
    /// for longer than the way to the next safe point.
    package static func watch(lifeline descriptor: Int32) {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            raise()
        }
    }
}
