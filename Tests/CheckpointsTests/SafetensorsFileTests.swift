import Checkpoints
import Testing

@Suite("Safetensors files") struct SafetensorsFileTests {
    /// A file that the Python package safetensors 0.8.0 wrote.
    ///
    /// `save({"weights": np.array([[1.5, -2.0], [0.25, 3.0]], dtype=np.float32),
    /// "flags": np.array([0, 1, 255], dtype=np.uint8)}, metadata={"who": "l\u00e9on \"x\""})`.
    /// To change it on purpose, run that line and print the bytes as hexadecimal.
    static let golden = hex(goldenText)

    @Test("a file by the format's own writer is read")
    func readsGolden() throws {
        let file = try SafetensorsFile(Self.golden)
        #expect(file.metadata == ["who": "l\u{e9}on \"x\""])
        #expect(Set(file.tensors.map(\.name)) == ["weights", "flags"])
        #expect(
            file.tensor(named: "weights")
                == SafetensorsTensor(name: "weights", elementType: .float32, shape: [2, 2]))
        #expect(try file.bytes(of: "flags") == [0, 1, 255])
        #expect(
            try file.bytes(of: "weights")
                == [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3e, 0, 0, 0x40, 0x40])
    }

    @Test("what is written is read back, in order, and always with the same bytes")
    func roundTrip() throws {
        let bytes = Self.sample
        #expect(bytes == Self.sample)
        let file = try SafetensorsFile(bytes)
        #expect(file.tensors.map(\.name) == ["b", "a", "empty", "scalar"])
        #expect(file.metadata == ["z": "1", "a": "line\nbreak"])
        #expect(try file.bytes(of: "a") == [9, 8])
        #expect(try file.bytes(of: "empty").isEmpty)
        #expect(file.tensor(named: "scalar")?.shape == [])
    }

    @Test("data begin at a multiple of eight bytes")
    func alignment() {
        for length in 0..<9 {
            let header = SafetensorsWriter.header(
                of: [], metadata: ["k": String(repeating: "x", count: length)])
            #expect(header.count.isMultiple(of: 8))
        }
    }

    @Test("every truncation is an error, and never a crash")
    func truncation() {
        for length in 0..<Self.sample.count {
            #expect(throws: SafetensorsError.self) {
                _ = try SafetensorsFile(Array(Self.sample[..<length]))
            }
        }
    }

    @Test("a flipped bit is an error or a file with the same layout", arguments: 0..<8)
    func flippedBits(bit: Int) {
        for position in Self.sample.indices {
            var bytes = Self.sample
            bytes[position] ^= 1 << bit
            guard let file = try? SafetensorsFile(bytes) else { continue }  // refused is fine
            for tensor in file.tensors {
                #expect((try? file.bytes(of: tensor.name))?.count == tensor.byteCount)
            }
        }
    }

    @Test(
        "hostile headers are refused with the reason",
        arguments: [
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "shape"),
            (#"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4, "shape"),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
                "shape"
            ),
            (#"{"a":{"dtype":"X9","shape":[1],"data_offsets":[0,4]}}"#, 4, "element type"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, 4, "offsets"),
            (#"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#, 4, "offsets"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 8, "file at 8"),
            (
                #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"#
                    + #""b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, 4, "overlap"
            ),
            ("[1,2]", 0, "header"), ("{", 0, "header"), (#"{"__metadata__":{"a":1}}"#, 0, "header"),
            (String(repeating: "[", count: 100_000), 0, "header"),
        ])
    func hostileHeaders(header: String, byteCount: Int, reason: String) throws {
        let error = try #require(throws: SafetensorsError.self) {
            _ = try SafetensorsFile(Self.file(header: header, byteCount: byteCount))
        }
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test("a header that claims more than there is, is refused before it is read")
    func headerLength() throws {
        for (claim, code) in [
            (UInt64.max, SafetensorsError.Code.headerTooLong), (1000, .truncated),
        ] {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: claim >> (8 * UInt64($0))) }
            let error = try #require(throws: SafetensorsError.self) {
                _ = try SafetensorsFile(bytes + [0x7b, 0x7d])
            }
            #expect(error.code == code)
        }
    }

    @Test("a tensor that is not there is named")
    func missing() throws {
        let file = try SafetensorsFile(Self.sample)
        let error = try #require(throws: SafetensorsError.self) { _ = try file.bytes(of: "c") }
        #expect(error.code == .tensorMissing)
        #expect(error.description.contains("'c'"))
    }

    private static var sample: [UInt8] {
        SafetensorsWriter.encode(
            [
                (SafetensorsTensor(name: "b", elementType: .int16, shape: [2, 1]), [1, 2, 3, 4]),
                (SafetensorsTensor(name: "a", elementType: .uint8, shape: [2]), [9, 8]),
                (SafetensorsTensor(name: "empty", elementType: .float64, shape: [3, 0]), []),
                (SafetensorsTensor(name: "scalar", elementType: .bool, shape: []), [1]),
            ], metadata: ["z": "1", "a": "line\nbreak"])
    }

    private static func file(header: String, byteCount: Int) -> [UInt8] {
        let length = header.utf8.count
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
            + Array(repeating: 0, count: byteCount)
    }
}

/// Bytes of hexadecimal digits.
private func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

private let goldenText = """
    a0000000000000007b225f5f6d657461646174615f5f223a7b2277686f223a226cc3a96f6e205c22
    785c22227d2c2277656967687473223a7b226474797065223a22463332222c227368617065223a5b
    322c325d2c22646174615f6f666673657473223a5b302c31365d7d2c22666c616773223a7b226474
    797065223a225538222c227368617065223a5b335d2c22646174615f6f666673657473223a5b3136
    2c31395d7d7d20200000c03f000000c00000803e000040400001ff
    """
