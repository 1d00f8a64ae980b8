/// A dataset whose description is of the plainest kind, read without the library.
///
/// Opening, asking and closing a dataset takes the library 25 microseconds, which is most of the time of reading
/// recordings of many small arrays. Whatever is not exactly as expected here, damage included, is left to the library:
/// its answer counts.
struct PlainDataset {
    let elementType: HDF5ElementType
    let shape: [Int]
    /// Where the first value lies in the file.
    let offset: Int

    /// Most bytes that a header is looked at with; one with attributes of its own may have more.
    static let headerByteLimit = 512
    private static let prefixByteCount = 16

    /// Reads an object header of version 1 that is in one piece, with values in one piece that end before `end`.
    ///
    /// The numbers are those of the format's specification, "Version 1 Data Object Header Prefix" and following.
    init?(header: [UInt8], end: Int) {
        guard header.count >= Self.prefixByteCount, header[0] == 1, header[1] == 0 else {
            return nil
        }
        let limit = Self.prefixByteCount + Self.number(header, at: 8, bytes: 4)
        guard limit <= header.count else { return nil }
        var space: [Int]?
        var type: HDF5ElementType?
        var place: (offset: Int, byteCount: Int)?
        var start = Self.prefixByteCount
        for _ in 0..<Self.number(header, at: 2, bytes: 2) {
            guard start + 8 <= limit else { return nil }
            let size = Self.number(header, at: start + 2, bytes: 2)
            let content = (start + 8)..<(start + 8 + size)
            // Bit 0 says that the message never changes; others that it lies elsewhere, or is of a later version.
            guard content.upperBound <= limit, size.isMultiple(of: 8), header[start + 4] <= 1 else {
                return nil
            }
            switch Self.number(header, at: start, bytes: 2) {
            case 0x01 where space == nil: space = Self.extents(header[content])
            case 0x03 where type == nil:
                type =
                    Self.types[Array(header[content].prefix(20))]
                    ?? Self.types[Array(header[content].prefix(12))]
            case 0x08 where place == nil: place = Self.place(header[content])
            case 0x05 where Self.isWithoutFillValue(header[content]): break
            // Nothing, attributes, the time of the last change.
            case 0x00, 0x0C, 0x12: break
            default: return nil
            }
            start = content.upperBound
        }
        guard start == limit, let space, let type, let place, place.offset <= end,
            place.byteCount <= end - place.offset,
            Self.byteCount(space, type) == place.byteCount
        else { return nil }
        elementType = type
        shape = space
        offset = place.offset
    }

    /// The extents of a dataspace of version 1 that cannot grow.
    private static func extents(_ message: ArraySlice<UInt8>) -> [Int]? {
        let message = Array(message)
        guard message.count >= 8, message[0] == 1, (1...32).contains(message[1]), message[2] <= 1
        else { return nil }
        let rank = Int(message[1])
        guard message.count >= 8 + rank * 8 * (1 + Int(message[2])) else { return nil }
        let extents = (0..<rank).map { number(message, at: 8 + $0 * 8, bytes: 8) }
        let most = (0..<rank).map {
            number(message, at: 8 + (rank * Int(message[2]) + $0) * 8, bytes: 8)
        }
        guard extents == most, extents.allSatisfy({ (1...Int(Int32.max)).contains($0) }) else {
            return nil
        }
        return extents
    }

    /// Offset and bytes of a layout of version 3 in one piece.
    private static func place(_ message: ArraySlice<UInt8>) -> (offset: Int, byteCount: Int)? {
        let message = Array(message)
        guard message.count >= 18, message[0] == 3, message[1] == 1 else { return nil }
        let offset = number(message, at: 2, bytes: 8)
        let byteCount = number(message, at: 10, bytes: 8)
        // Numbers too large for an Int are negative here; no place is all bits.
        return offset > 0 && byteCount > 0 ? (offset, byteCount) : nil
    }

    /// Whether a message of version 2 on fill values, which values in one piece do not need, names none.
    private static func isWithoutFillValue(_ message: ArraySlice<UInt8>) -> Bool {
        let message = Array(message)
        return message.count >= 8 && message[0] == 2 && (1...3).contains(message[1])
            && message[2] <= 2 && message[3] <= 1 && message[4..<8].allSatisfy { $0 == 0 }
    }

    private static func byteCount(_ extents: [Int], _ type: HDF5ElementType) -> Int? {
        var total = type.byteCount
        for extent in extents {
            let (product, isOverflow) = total.multipliedReportingOverflow(by: extent)
            if isOverflow { return nil }
            total = product
        }
        return total
    }

    private static func number(_ bytes: [UInt8], at start: Int, bytes count: Int) -> Int {
        var number: UInt64 = 0
        for index in (0..<count).reversed() { number = number << 8 | UInt64(bytes[start + index]) }
        return Int(truncatingIfNeeded: number)
    }

    /// Little-endian types as the library describes them: class, bits, bytes, and where the parts of a number lie.
    private static let types: [[UInt8]: HDF5ElementType] = {
        var types: [[UInt8]: HDF5ElementType] = [
            [0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0]: .float16,
            [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]: .float32,
            [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0]: .float64,
        ]
        let signed: [HDF5ElementType] = [.int8, .int16, .int32, .int64]
        let unsigned: [HDF5ElementType] = [.uint8, .uint16, .uint32, .uint64]
        for type in signed + unsigned {
            let bytes = UInt8(type.byteCount)
            types[[0x10, signed.contains(type) ? 8 : 0, 0, 0, bytes, 0, 0, 0, 0, 0, bytes * 8, 0]] =
                type
        }
        return types
    }()
}
