/// The element type of an array, named as in the safetensors format.
package enum ElementType: String, Codable, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case uint32 = "U32"
    case int32 = "I32"
    case uint64 = "U64"
    case int64 = "I64"
    case float16 = "F16"
    case float32 = "F32"
    case float64 = "F64"

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// Whether elements can be NaN or infinite.
    package var isFloatingPoint: Bool { self == .float16 || self == .float32 || self == .float64 }
}

/// One recorded array of an episode: little-endian, row-major, bit for bit as the robot wrote it.
package struct EpisodeArray: Sendable, Equatable {
    /// Path inside the episode, such as `actions` or `obs/robot0_eef_pos`.
    package let name: String
    package let elementType: ElementType
    /// Extents; the first is the step count T for per-step arrays.
    package let shape: [Int]
    /// `shape.product * elementType.byteCount` bytes.
    package let bytes: [UInt8]

    /// - Precondition: `bytes` has the length that `shape` and `elementType` say.
    package init(name: String, elementType: ElementType, shape: [Int], bytes: [UInt8]) {
        let expected = shape.reduce(1, *) * elementType.byteCount
        precondition(
            bytes.count == expected,
            "\(name): \(bytes.count) bytes for shape \(shape) of \(elementType), need \(expected)")
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }
}
