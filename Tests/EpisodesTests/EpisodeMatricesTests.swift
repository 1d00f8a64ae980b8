import Episodes
import Testing

@Suite("Matrices of an episode")
struct EpisodeMatricesTests {
    private func array<Number: BitwiseCopyable>(
        _ name: String, _ type: ElementType, _ shape: [Int], _ numbers: [Number]
    ) -> EpisodeArray {
        EpisodeArray(
            name: name, elementType: type, shape: shape,
            bytes: numbers.withUnsafeBytes { Array($0) })
    }

    private func episode(_ arrays: [EpisodeArray]) -> Episode {
        let embodiment = Embodiment(
            name: "arm", state: [.init(array: "b", width: 1), .init(array: "a", width: 2)],
            actionWidth: 1, controlRateHertz: nil)
        return Episode(
            metadata: EpisodeMetadata(
                instruction: "go", embodiment: embodiment, outcome: .unlabelled,
                outcomeSource: .none, stepCount: 2, actionArray: "actions",
                timestampArray: "clock", interventionArray: "modes", sourceFormat: "test",
                sourceEpisode: "one"),
            arrays: arrays)
    }

    @Test("put the state's components side by side, in the embodiment's order")
    func state() throws {
        let episode = episode([
            array("a", .float64, [2, 2], [1.5, 2, 3, 4]), array("b", .int16, [2], [Int16(-7), 8]),
        ])
        #expect(try episode.stateMatrix() == [-7, 1.5, 2, 8, 3, 4])
    }

    @Test("read every element type")
    func types() {
        #expect(array("x", .bool, [2], [UInt8(1), 0]).floats() == [1, 0])
        #expect(array("x", .uint8, [1], [UInt8(200)]).floats() == [200])
        #expect(array("x", .int8, [1], [Int8(-2)]).floats() == [-2])
        #expect(array("x", .uint16, [1], [UInt16(60000)]).doubles() == [60000])
        #expect(array("x", .uint32, [1], [UInt32.max]).doubles() == [4_294_967_295])
        #expect(array("x", .int32, [1], [Int32.min]).doubles() == [-2_147_483_648])
        #expect(array("x", .uint64, [1], [UInt64(1) << 40]).doubles() == [1_099_511_627_776])
        #expect(array("x", .int64, [1], [Int64(-5)]).floats() == [-5])
        #expect(array("x", .float16, [1], [UInt16(0x3C00)]).floats() == [1])
        #expect(array("x", .float32, [1], [Float(0.1)]).floats() == [0.1])
    }

    @Test("take only positive action modes for interventions")
    func interventions() throws {
        let episode = episode([array("modes", .int64, [2], [Int64(-1), 1])])
        #expect(try episode.interventions() == [false, true])
    }

    @Test("keep the clock in double precision")
    func timestamps() throws {
        let episode = episode([array("clock", .float64, [2], [1_700_000_000.001, 2])])
        #expect(try episode.timestamps() == [1_700_000_000.001, 2])
    }

    @Test("name the array whose shape is wrong")
    func shapes() {
        let error = #expect(throws: EpisodeShapeError.self) {
            try episode([array("actions", .float32, [3, 1], [Float(1), 2, 3])]).actionMatrix()
        }
        #expect(error?.description == "one: actions has shape [3, 1], expected 2 rows of 1")
        let missing = #expect(throws: EpisodeShapeError.self) { try episode([]).stateMatrix() }
        #expect(missing?.description == "one: the array b is missing")
    }
}
