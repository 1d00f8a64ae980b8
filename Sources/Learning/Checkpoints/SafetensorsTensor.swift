/// What a safetensors header says about one tensor.
package struct SafetensorsTensor: Equatable, Sendable {
    /// Element types of the format, with its own names.
    package enum ElementType: String, Sendable, CaseIterable {
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
        case bfloat16 = "BF16"
        case float32 = "F32"
        case float64 = "F64"

        /// Bytes of one element.
        package var byteCount: Int {
            switch self {
            case .bool, .uint8, .int8: 1
            case .uint16, .int16, .float16, .bfloat16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            }
        }
    }

    package let name: String
    package let elementType: ElementType
    /// Extents, row-major; empty for a scalar.
    package let shape: [Int]

    /// - Precondition: the extents are not negative, and the tensor's size in bytes is an Int.
    package init(name: String, elementType: ElementType, shape: [Int]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "\(name): negative extent in \(shape)")
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    /// Bytes of all elements.
    package var byteCount: Int { shape.reduce(elementType.byteCount, *) }
}
