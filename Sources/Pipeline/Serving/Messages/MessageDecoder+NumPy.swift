import Episodes

/// Arrays and scalars as openpi's `msgpack_numpy` writes them: maps whose keys are bytes.
extension MessageDecoder {
    /// What such a map stands for; nil for every other map.
    func numPyValue(
        _ entries: [MessageEntry], at offset: Int
    ) throws(MessageError) -> MessageValue? {
        if Self.part("__ndarray__", of: entries) != nil {
            return .array(try Self.array(entries, at: offset))
        }
        guard Self.part("__npgeneric__", of: entries) != nil else { return nil }
        switch Self.part("data", of: entries) {
        case .some(let value): return value
        case nil: throw Self.invalid(offset, "a NumPy scalar lacks its data")
        }
    }

    private static func array(
        _ entries: [MessageEntry], at offset: Int
    ) throws(MessageError) -> NumericArray {
        guard case .binary(let data) = part("data", of: entries) else {
            throw invalid(offset, "a NumPy array lacks its data, or they are no bytes")
        }
        guard case .text(let name) = part("dtype", of: entries) else {
            throw invalid(offset, "a NumPy array lacks its dtype")
        }
        guard let type = ElementType(numPy: name) else {
            throw invalid(
                offset,
                "a NumPy array has dtype '\(name.prefix(16))', expected little-endian numbers or "
                    + "booleans such as '<f4' or '|u1'")
        }
        guard case .list(let extents) = part("shape", of: entries), extents.count <= 8 else {
            throw invalid(offset, "a NumPy array lacks its shape, or has more than 8 axes")
        }
        var (shape, byteCount) = ([Int](), type.byteCount)
        for extent in extents {
            guard case .integer(let wide) = extent, let extent = Int(exactly: wide), extent >= 0
            else { throw invalid(offset, "an extent of a NumPy array is negative or no integer") }
            let (product, overflows) = byteCount.multipliedReportingOverflow(by: extent)
            guard !overflows else { throw invalid(offset, "a NumPy array's shape is too large") }
            (shape, byteCount) = (shape + [extent], product)
        }
        guard byteCount == data.count else {
            throw invalid(
                offset,
                "a NumPy array of shape \(shape) and dtype '\(name)' has \(data.count) bytes, "
                    + "expected \(byteCount)")
        }
        return NumericArray(elementType: type, shape: shape, bytes: data)
    }

    private static func part(_ name: String, of entries: [MessageEntry]) -> MessageValue? {
        let key = MessageKey.bytes(Array(name.utf8))
        return entries.first { $0.key == key }?.value
    }

    private static func invalid(_ offset: Int, _ problem: String) -> MessageError {
        MessageError(.arrayInvalid, at: offset, problem)
    }
}
