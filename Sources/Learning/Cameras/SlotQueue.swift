private import Foundation

/// The slots between the threads of a ``FrameLoader`` and its consumer; slot b % depth is batch b's.
///
/// Sendable because every property but `slots` is read and written under `condition`, and a slot
/// only by whoever the state below says holds it: its worker until it is ready, then the consumer.
final class SlotQueue<Slot: ~Copyable & Sendable>: @unchecked Sendable {
    /// One reused buffer, and why it could not be filled.
    final class Box {
        var content: Slot
        var error: (any Error)?

        init(_ content: consuming Slot) { self.content = content }
    }

    private let condition = NSCondition()
    private let batches: Range<Int>
    private let slots: [Box]
    /// The next batch that no worker has begun.
    private var toPrepare: Int
    /// The next batch that the consumer gets.
    private var toTake: Int
    /// Batches before this have been consumed, and their slots are free.
    private var consumed: Int
    private var ready: Set<Int> = []
    private var isStopped = false
    private var workers: Int

    init(batches: Range<Int>, slots: [Box], workers: Int) {
        self.batches = batches
        self.slots = slots
        self.workers = workers
        toPrepare = batches.lowerBound
        toTake = batches.lowerBound
        consumed = batches.lowerBound
    }

    /// What a worker's thread does, until there is nothing left or the loader is gone.
    func work(_ prepare: (Int, inout Slot) throws -> Void) {
        while let batch = claim() {
            let box = box(of: batch)
            do {
                box.error = nil
                try prepare(batch, &box.content)
            } catch { box.error = error }
            locked { _ = ready.insert(batch) }
        }
        locked { workers -= 1 }
    }

    /// Waits until the next batch is ready and lends its slot; nil after the last batch.
    func take() -> (batch: Int, box: Box)? {
        condition.lock()
        defer { condition.unlock() }
        guard toTake < batches.upperBound else { return nil }
        while !ready.contains(toTake) { condition.wait() }
        ready.remove(toTake)
        toTake += 1
        return (toTake - 1, box(of: toTake - 1))
    }

    /// Frees the slot of the batch that was taken last.
    func giveBack() { locked { consumed += 1 } }

    /// Lets no worker begin another batch, and waits for those that have begun one.
    func stop() {
        locked { isStopped = true }
        condition.lock()
        while workers > 0 { condition.wait() }
        condition.unlock()
    }

    /// Waits for a free slot; nil where there is nothing left to prepare.
    private func claim() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !isStopped, toPrepare < batches.upperBound, toPrepare - consumed >= slots.count {
            condition.wait()
        }
        guard !isStopped, toPrepare < batches.upperBound else { return nil }
        toPrepare += 1
        return toPrepare - 1
    }

    private func box(of batch: Int) -> Box { slots[(batch - batches.lowerBound) % slots.count] }

    private func locked(_ change: () -> Void) {
        condition.lock()
        change()
        condition.broadcast()
        condition.unlock()
    }
}
