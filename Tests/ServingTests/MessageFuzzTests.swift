import Serving
import Testing

/// Messages from anybody: an error, never a crash.
@Suite("Hostile messages") struct MessageFuzzTests {
    static let observation = MessageEncoder.encode(Fixtures.observation())

    @Test("a message that ends early is an error at every length")
    func truncated() {
        for count in Self.observation.indices {
            #expect(throws: MessageError.self, "\(count) bytes") {
                try MessageDecoder.decode(Array(Self.observation.prefix(count)))
            }
        }
    }

    @Test("a message with any bit flipped is read or refused")
    func flipped() {
        var refusedCount = 0
        for bit in 0..<(8 * Self.observation.count) {
            var bytes = Self.observation
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if (try? MessageDecoder.decode(bytes)) == nil { refusedCount += 1 }
        }
        #expect(refusedCount > Self.observation.count)
    }

    @Test("random bytes are read or refused", arguments: 0..<8)
    func random(seed: UInt64) {
        var state = seed
        for _ in 0..<4000 {
            let bytes = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
            if let value = try? MessageDecoder.decode(bytes) {
                #expect((try? MessageDecoder.decode(MessageEncoder.encode(value))) != nil)
            }
        }
    }

    @Test(
        "lengths that no bytes stand behind are refused before anything is allocated",
        arguments: [
            "ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff", "dcffff", "deffff", "9f", "8f",
            "c4ff", "dd7fffffff01020304",
        ])
    func absurdLengths(hex: String) {
        #expect(
            #expect(throws: MessageError.self) { try MessageDecoder.decode(bytes(hex)) }?.code
                == .truncated)
    }

    @Test(
        "what is no observation's part is refused by its name",
        arguments: [
            ("c1", MessageError.Code.typeRefused), ("d40100", .typeRefused),
            ("c70000", .typeRefused),
            ("a1ff", .textInvalid), ("8001", .bytesLeft), ("810101", .keyInvalid),
            ("82a16101a16102", .keyTwice), ("81c10101", .typeRefused),
        ])
    func refused(hex: String, code: MessageError.Code) {
        #expect(
            #expect(throws: MessageError.self) { try MessageDecoder.decode(bytes(hex)) }?.code
                == code)
    }

    @Test("lists inside lists end at the limit")
    func deep() {
        let bytes = [UInt8](repeating: 0x91, count: 1_000_000) + [0xc0]
        #expect(
            #expect(throws: MessageError.self) { try MessageDecoder.decode(bytes) }?.code
                == .tooDeep)
    }

    @Test("more values than the limit are refused")
    func many() {
        let bytes = [0xdd, 0, 1, 0x86, 0xa0] + [UInt8](repeating: 1, count: 100_000)
        #expect(
            #expect(throws: MessageError.self) { try MessageDecoder.decode(bytes) }?.code
                == .tooManyValues)
    }

    @Test(
        "an array whose shape, type and bytes do not fit is refused",
        arguments: [
            ("<f4", [3], 8), ("<f4", [-1], 4), (">f4", [1], 4), ("|O", [1], 8), ("<c8", [1], 8),
            ("<f4", [1 << 62, 1 << 62], 0), ("<f8", [1 << 61], 8), ("<f4", [], 8),
            ("<f4", [1, 1, 1, 1, 1, 1, 1, 1, 1], 4), ("", [1], 4),
        ])
    func arrays(dtype: String, shape: [Int], byteCount: Int) {
        func key(_ name: String) -> MessageKey { .bytes(Array(name.utf8)) }
        let bytes = MessageEncoder.encode(
            .map([
                MessageEntry(key("__ndarray__"), .bool(true)),
                MessageEntry(key("data"), .binary(ArraySlice(repeating: 0, count: byteCount))),
                MessageEntry(key("dtype"), .text(dtype)),
                MessageEntry(key("shape"), .list(shape.map { .integer(Int64($0)) })),
            ]))
        #expect(
            #expect(throws: MessageError.self) { try MessageDecoder.decode(bytes) }?.code
                == .arrayInvalid)
    }

    @Test(
        "every number is written in its shortest form and read back",
        arguments: [
            0, 1, 127, 128, 255, 256, 65535, 65536, 4_294_967_295, 4_294_967_296, Int64.max, -1,
            -32, -33, -128, -129, -32768, -32769, -2_147_483_648, -2_147_483_649, Int64.min,
        ])
    func integers(value: Int64) throws {
        #expect(
            try MessageDecoder.decode(MessageEncoder.encode(.integer(value))) == .integer(value))
    }
}
