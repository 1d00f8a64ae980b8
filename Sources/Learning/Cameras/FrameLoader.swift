private import Foundation

/// Prepares the next batches on threads of its own while the trainer works on this one.
///
/// Batches come out in order whichever thread made them. There are `depth` slots and no more:
/// memory is bounded, and slots are filled again after they have been consumed. An error comes
/// out where its batch would have; the batches after it can still be had. Use it from one thread.
package final class FrameLoader<Slot: ~Copyable & Sendable> {
    private let queue: SlotQueue<Slot>

    /// Starts preparing `batches`, the first `depth` of them at once.
    ///
    /// `makeSlot` makes each slot once, and `prepare` fills one with a batch; it must depend on
    /// the batch's index alone, and several threads run it at the same time.
    package init(
        batches: Range<Int>, depth: Int = 2, workers: Int = 1, makeSlot: () throws -> Slot,
        prepare: @escaping @Sendable (_ batch: Int, _ slot: inout Slot) throws -> Void
    ) throws {
        precondition(depth > 0 && workers > 0, "\(depth) slots, \(workers) threads")
        let slots = try (0..<depth).map { _ in SlotQueue<Slot>.Box(try makeSlot()) }
        let queue = SlotQueue(batches: batches, slots: slots, workers: min(workers, depth))
        self.queue = queue
        for _ in 0..<min(workers, depth) {
            let thread = Thread { queue.work(prepare) }
            thread.name = "frame loader"
            thread.start()
        }
    }

    /// Waits for the batches in preparation, and drops those that nobody has taken.
    deinit { queue.stop() }

    /// Waits for the next batch and lends it to `body`; nil after the last one.
    ///
    /// - Throws: what `prepare` threw for this batch, or what `body` throws.
    package func next<Result>(
        _ body: (_ batch: Int, _ slot: inout Slot) throws -> Result
    ) throws -> Result? {
        guard let (batch, box) = queue.take() else { return nil }
        defer { queue.giveBack() }
        if let error = box.error { throw error }
        return try body(batch, &box.content)
    }
}
