import Episodes
import Serving
import Testing

/// Golden vectors are of openpi-client 0.1.2 with msgpack 1.2.4 and NumPy 1.26: pack the same values
/// with `openpi_client.msgpack_numpy.packb` to change them on purpose.
@Suite("Messages") struct MessageTests {
    static let actions =
        "81a7616374696f6e7384c40b5f5f6e6461727261795f5fc3c40464617461c4100000803f00000040"
        + "0000404000008040c4056474797065a33c6634c4057368617065920202"
    static let timing = "81ad7365727665725f74696d696e6781a8696e6665725f6d73cb4029000000000000"
    static let scalar =
        "83c40d5f5f6e7067656e657269635f5fc3c40464617461cb3ff8000000000000c4056474797065a33c6634"

    static let actionsValue = MessageValue.named([
        "actions": .array(NumericArray([1, 2, 3, 4], shape: [2, 2]))
    ])
    static let timingValue = MessageValue.named([
        "server_timing": .named(["infer_ms": .number(12.5)])
    ])

    @Test(
        "what openpi's client writes is read, and written back the same",
        arguments: [
            (actions, actionsValue), (timing, timingValue), ("80", MessageValue.map([])),
        ])
    func golden(hex: String, value: MessageValue) throws {
        #expect(try MessageDecoder.decode(bytes(hex)) == value)
        #expect(MessageEncoder.encode(value) == bytes(hex))
    }

    @Test("a NumPy scalar is its number")
    func scalarIsRead() throws {
        #expect(try MessageDecoder.decode(bytes(Self.scalar)) == .number(1.5))
    }
}

/// Bytes of hexadecimal digits.
func bytes(_ hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).compactMap { place in
        let start = hex.index(hex.startIndex, offsetBy: place)
        return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
    }
}
