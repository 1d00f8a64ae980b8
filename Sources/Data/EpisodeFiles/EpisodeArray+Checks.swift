internal import Episodes

extension EpisodeArray {
    /// Index and value of the first element that is NaN or infinite.
    var firstNotFinite: (index: Int, value: String)? {
        let index: Int? = bytes.withUnsafeBytes { source in
            switch elementType {
            case .float16:
                Self.first(of: UInt16.self, in: source) { $0 & 0x7C00 == 0x7C00 }
            case .float32:
                Self.first(of: UInt32.self, in: source) { $0 & 0x7F80_0000 == 0x7F80_0000 }
            case .float64:
                Self.first(of: UInt64.self, in: source) {
                    $0 & 0x7FF0_0000_0000_0000 == 0x7FF0_0000_0000_0000
                }
            default: nil
            }
        }
        guard let index else { return nil }
        let value = element(index)
        return (index, value.isNaN ? "NaN" : value < 0 ? "-infinity" : "infinity")
    }

    /// The largest absolute value; 0 for an array without elements.
    var magnitude: Double {
        doubles().reduce(0) { max($0, $1.magnitude) }
    }

    /// One element by its index in row-major order.
    func element(_ index: Int) -> Double {
        let start = index * elementType.byteCount
        let one = EpisodeArray(
            name: name, elementType: elementType, shape: [1],
            bytes: Array(bytes[start..<(start + elementType.byteCount)]))
        return one.doubles()[0]
    }

    /// The element as messages write it, such as `actions[57, 2]`.
    func place(_ index: Int) -> String {
        var rest = index
        var indices: [Int] = []
        for extent in shape.reversed() {
            indices.append(rest % extent)
            rest /= extent
        }
        return "\(name)[\(indices.reversed().map(String.init).joined(separator: ", "))]"
    }

    /// Whether all rows are the same bytes.
    var isConstant: Bool {
        guard let rows = shape.first, rows > 1 else { return true }
        let rowBytes = bytes.count / rows
        // Equal to itself shifted by one row.
        return bytes.dropFirst(rowBytes).elementsEqual(bytes.dropLast(rowBytes))
    }

    private static func first<Bits: BitwiseCopyable>(
        of _: Bits.Type, in source: UnsafeRawBufferPointer, where isBad: (Bits) -> Bool
    ) -> Int? {
        let stride = MemoryLayout<Bits>.stride
        for index in 0..<(source.count / stride)
        where isBad(source.loadUnaligned(fromByteOffset: index * stride, as: Bits.self)) {
            return index
        }
        return nil
    }
}
