package import Episodes

/// A NumPy array: little-endian numbers in C order.
package struct NumericArray: Sendable, Equatable {
    package let elementType: ElementType
    package let shape: [Int]
    /// As many bytes as shape and type say.
    package let bytes: ArraySlice<UInt8>

    /// - Precondition: `bytes` has the length that shape and type say.
    package init(elementType: ElementType, shape: [Int], bytes: ArraySlice<UInt8>) {
        precondition(
            bytes.count == shape.reduce(1, *) * elementType.byteCount,
            "\(bytes.count) bytes for shape \(shape) of \(elementType)")
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    /// Numbers as `<f4`.
    package init(_ values: [Float], shape: [Int]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values {
            let bits = value.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        self.init(elementType: .float32, shape: shape, bytes: bytes[...])
    }

    /// All elements as Float; booleans are 0 and 1.
    package func floats() -> [Float] {
        EpisodeArray(name: "message", elementType: elementType, shape: shape, bytes: Array(bytes))
            .floats()
    }
}

extension ElementType {
    /// The type that NumPy writes as `name`, such as `<f4`; nil for others, big-endian ones included.
    init?(numPy name: String) {
        guard let type = Self.numPyNames.first(where: { $0.name == name })?.type else { return nil }
        self = type
    }

    /// How NumPy writes it.
    var numPyName: String { Self.numPyNames.first { $0.type == self }?.name ?? "" }

    private static let numPyNames: [(name: String, type: ElementType)] = [
        ("<f4", .float32), ("<f8", .float64), ("|u1", .uint8), ("|b1", .bool), ("<f2", .float16),
        ("|i1", .int8), ("<u2", .uint16), ("<i2", .int16), ("<u4", .uint32), ("<i4", .int32),
        ("<u8", .uint64), ("<i8", .int64),
    ]
}
