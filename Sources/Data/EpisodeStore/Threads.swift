package import Dispatch
private import Foundation

/// Threads that are started for one piece of work.
///
/// libdispatch counts its busy threads in /proc, and ends the process where it cannot: a confined worker
/// may read nothing there that was made after its confinement.
package enum Threads {
    /// Runs `body` for 0..<count at once, one of them on the calling thread, and returns when all have ended.
    package static func perform(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in stride(from: 1, to: count, by: 1) {
            start(in: group) { body(index) }
        }
        if count > 0 { body(0) }
        group.wait()
    }

    /// Runs `body` on a new thread; `group` waits for it.
    package static func start(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }
}
