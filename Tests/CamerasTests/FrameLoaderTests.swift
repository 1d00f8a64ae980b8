import Cameras
import Synchronization
import Testing

@Suite("Frame loader")
struct FrameLoaderTests {
    private struct Refused: Error, Equatable { let batch: Int }

    @Test("batches come out in order, each once, whoever makes them", arguments: [1, 2, 3, 5])
    func order(workers: Int) throws {
        let loader = try FrameLoader(batches: 10..<60, depth: 3, workers: workers, makeSlot: { 0 })
        {
            batch, slot in slot = batch * batch
        }
        for expected in 10..<60 {
            let found = try loader.next { batch, slot in [batch, slot] }
            #expect(found == [expected, expected * expected])
        }
        #expect(try loader.next { batch, _ in batch } == nil)
        #expect(try loader.next { batch, _ in batch } == nil)
    }

    @Test("no more slots are made, and no batch is begun before its slot is free")
    func bounds() throws {
        let begun = Mutex(0)
        var made = 0
        let loader = try FrameLoader(
            batches: 0..<40, depth: 2, workers: 4,
            makeSlot: {
                made += 1
                return 0
            },
            prepare: { batch, _ in begun.withLock { $0 = max($0, batch) } })
        for expected in 0..<40 {
            _ = try loader.next { batch, _ in
                #expect(batch == expected)
                #expect(begun.withLock { $0 } <= batch + 1)
            }
        }
        #expect(made == 2)
    }

    @Test("an error comes out at its batch, and the batches after it still come")
    func errors() throws {
        let loader = try FrameLoader(batches: 0..<6, depth: 2, workers: 2, makeSlot: { 0 }) {
            batch, slot in
            if batch == 3 { throw Refused(batch: 3) }
            slot = batch
        }
        for expected in 0..<6 {
            if expected == 3 {
                #expect(throws: Refused(batch: 3)) { try loader.next { $1 } }
            } else {
                #expect(try loader.next { $1 } == expected)
            }
        }
    }

    @Test("a loader that is dropped early ends its threads")
    func dropped() throws {
        let running = Mutex(0)
        do {
            let loader = try FrameLoader(batches: 0..<1000, depth: 4, workers: 2, makeSlot: { 0 }) {
                _, _ in
                running.withLock { $0 += 1 }
                running.withLock { $0 -= 1 }
            }
            _ = try loader.next { batch, _ in batch }
        }
        #expect(running.withLock { $0 } == 0)
    }
}
