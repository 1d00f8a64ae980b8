private import Foundation
import Synchronization

/// Workspaces that wait for the next call, so that calls after the first allocate nothing.
///
/// As many live as calls ran at the same time.
final class WorkspacePool<Workspace: Sendable>: Sendable {
    private let waiting = Mutex<[Workspace]>([])
    private let make: @Sendable () -> Workspace

    init(_ make: @escaping @Sendable () -> Workspace) { self.make = make }

    /// Runs `body` with a workspace that nobody else has.
    func with<Result>(_ body: (Workspace) -> Result) -> Result {
        let workspace = waiting.withLock { $0.popLast() } ?? make()
        defer { waiting.withLock { $0.append(workspace) } }
        return body(workspace)
    }
}

/// Samples that are computed together where the batch is larger.
let slabRows = 16

/// The slabs of a batch.
func slabs(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: slabRows).map { $0..<min($0 + slabRows, count) }
}

/// Cores that one call may use while no other call needs them.
let coreCount = ProcessInfo.processInfo.activeProcessorCount
