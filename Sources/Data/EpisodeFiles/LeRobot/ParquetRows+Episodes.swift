#if LeRobot
internal import Arrow
internal import Episodes

extension ElementType {
    /// The same type of numbers, or nil for texts and pictures.
    init?(_ element: ParquetElement) {
        switch element {
        case .bool: self = .bool
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .uint16: self = .uint16
        case .int16: self = .int16
        case .uint32: self = .uint32
        case .int32: self = .int32
        case .uint64: self = .uint64
        case .int64: self = .int64
        case .float16: self = .float16
        case .float32: self = .float32
        case .float64: self = .float64
        case .text, .binary, .picture, .other: return nil
        }
    }
}

extension ParquetRows {
    /// A column of numbers as an episode's array of that name.
    func array(_ column: String, byteLimit: Int = .max) throws(ArrowError) -> EpisodeArray? {
        guard let type = ElementType(try layout(of: column).element) else { return nil }
        let numbers = try numbers(column, byteLimit: byteLimit)
        return EpisodeArray(
            name: column, elementType: type, shape: numbers.shape, bytes: numbers.bytes)
    }

    /// One number a row, rounded to nearest.
    func doubles(_ column: String) throws(ArrowError) -> [Double] {
        let numbers = try scalars(column)
        guard let type = ElementType(numbers.element) else { return [] }
        return EpisodeArray(
            name: column, elementType: type, shape: numbers.shape, bytes: numbers.bytes
        ).doubles()
    }

    /// One whole number a row; -1 for one that is none or is out of all range.
    func integers(_ column: String) throws(ArrowError) -> [Int] {
        try doubles(column).map { Int(exactly: $0) ?? -1 }
    }
}
#endif
