/// What the elements of a column are.
package enum ParquetElement: Sendable, Equatable, CaseIterable {
    case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
    case float16, float32, float64
    case text, binary
    /// A structure with the fields `bytes` and `path`, as Hugging Face's datasets keep pictures.
    case picture
    /// Anything else.
    case other

    /// Bytes of one number; nil for what is no number.
    package var byteCount: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .text, .binary, .picture, .other: nil
        }
    }
}
