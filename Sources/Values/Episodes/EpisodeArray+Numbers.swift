extension EpisodeArray {
    /// Number of elements.
    package var count: Int { shape.reduce(1, *) }

    /// Elements of one row: the product of all extents but the first.
    package var rowWidth: Int { shape.dropFirst().reduce(1, *) }

    /// All elements as Float, rounded to nearest; booleans are 0 and 1.
    package func floats() -> [Float] {
        var values = [Float](repeating: 0, count: count)
        copyRows(into: &values, rowCount: 1, rowStride: count, column: 0, width: count)
        return values
    }

    /// All elements as Double, rounded to nearest; booleans are 0 and 1.
    package func doubles() -> [Double] {
        let total = count
        return bytes.withUnsafeBytes { source in
            switch elementType {
            case .bool, .uint8: Self.convert(UInt8.self, source, total) { Double($0) }
            case .int8: Self.convert(Int8.self, source, total) { Double($0) }
            case .uint16: Self.convert(UInt16.self, source, total) { Double($0) }
            case .int16: Self.convert(Int16.self, source, total) { Double($0) }
            case .uint32: Self.convert(UInt32.self, source, total) { Double($0) }
            case .int32: Self.convert(Int32.self, source, total) { Double($0) }
            case .uint64: Self.convert(UInt64.self, source, total) { Double($0) }
            case .int64: Self.convert(Int64.self, source, total) { Double($0) }
            case .float16:
                Self.convert(UInt16.self, source, total) { Double(Float16(bitPattern: $0)) }
            case .float32: Self.convert(Float.self, source, total) { Double($0) }
            case .float64: Self.convert(Double.self, source, total) { $0 }
            }
        }
    }

    /// Copies `rowCount` rows of `width` elements into the columns from `column` of a matrix whose
    /// rows are `rowStride` apart.
    ///
    /// - Precondition: `rowCount * width` is the array's count, and the columns lie in the matrix.
    func copyRows(
        into matrix: inout [Float], rowCount: Int, rowStride: Int, column: Int, width: Int
    ) {
        precondition(rowCount * width == count, "\(name): \(count) elements, \(rowCount)x\(width)")
        let place = Placement(
            rowCount: rowCount, rowStride: rowStride, column: column, width: width)
        bytes.withUnsafeBytes { source in
            switch elementType {
            case .bool, .uint8: place.fill(&matrix, UInt8.self, source) { Float($0) }
            case .int8: place.fill(&matrix, Int8.self, source) { Float($0) }
            case .uint16: place.fill(&matrix, UInt16.self, source) { Float($0) }
            case .int16: place.fill(&matrix, Int16.self, source) { Float($0) }
            case .uint32: place.fill(&matrix, UInt32.self, source) { Float($0) }
            case .int32: place.fill(&matrix, Int32.self, source) { Float($0) }
            case .uint64: place.fill(&matrix, UInt64.self, source) { Float($0) }
            case .int64: place.fill(&matrix, Int64.self, source) { Float($0) }
            case .float16:
                place.fill(&matrix, UInt16.self, source) { Float(Float16(bitPattern: $0)) }
            case .float32: place.fill(&matrix, Float.self, source) { $0 }
            case .float64: place.fill(&matrix, Double.self, source) { Float($0) }
            }
        }
    }

    private static func convert<Element: BitwiseCopyable>(
        _: Element.Type, _ source: UnsafeRawBufferPointer, _ count: Int,
        _ value: (Element) -> Double
    ) -> [Double] {
        (0..<count).map { index in
            value(
                source.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Element>.stride, as: Element.self))
        }
    }
}

/// Columns of a row-major matrix.
private struct Placement {
    let rowCount: Int
    let rowStride: Int
    let column: Int
    let width: Int

    func fill<Element: BitwiseCopyable>(
        _ matrix: inout [Float], _: Element.Type, _ source: UnsafeRawBufferPointer,
        _ value: (Element) -> Float
    ) {
        var offset = 0
        for row in 0..<rowCount {
            let start = row * rowStride + column
            for index in start..<(start + width) {
                matrix[index] = value(
                    source.loadUnaligned(fromByteOffset: offset, as: Element.self))
                offset += MemoryLayout<Element>.stride
            }
        }
    }
}
