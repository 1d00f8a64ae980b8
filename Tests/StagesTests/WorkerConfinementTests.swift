import Ingestion
import Testing

@Suite("What the process that reads files may have")
struct WorkerConfinementTests {
    @Test(
        "is the memory that the settings say, and three quarters of the machine's at most",
        arguments: [
            (4 << 30, 16 << 30, 4 << 30), (16 << 30, 16 << 30, 12 << 30), (Int.max, 8, 6),
        ])
    func memory(asked: Int, physical: Int, expected: Int) {
        let found = WorkerConfinement.memoryLimit(asked: asked, ofMachine: UInt64(physical))
        #expect(found == expected)
    }
}
