/// Puts the first bytes of all elements side by side, then the second ones, and so on.
///
/// Numbers that follow each other have nearly the same exponent and different last digits: apart, the former
/// compress well (the shuffle of HDF5 and Blosc).
enum BytePlanes {
    /// The bytes of elements of `width` bytes each, plane after plane.
    static func split(_ bytes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return bytes }
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBytes {
                split($0, width: width, into: UnsafeMutableRawBufferPointer(target))
            }
            count = bytes.count
        }
    }

    /// The same into `target`, which has room for all of them.
    static func split(
        _ bytes: UnsafeRawBufferPointer, width: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        precondition(target.count >= bytes.count, "the planes have as many bytes as the elements")
        precondition(bytes.count.isMultiple(of: width), "elements have whole bytes")
        guard width > 1 else { return target.copyMemory(from: bytes) }
        let count = bytes.count / width
        // Eight elements of eight bytes at a time are a matrix that is turned over in registers.
        let turned = width == 8 ? count & ~7 : 0
        for first in stride(from: 0, to: turned, by: 8) {
            turn(bytes, at: first, into: target, planeBytes: count)
        }
        for plane in 0..<width {
            for element in turned..<count {
                target[plane * count + element] = bytes[element * width + plane]
            }
        }
    }

    /// What ``split(_:width:)`` was given.
    static func joined(_ planes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return planes }
        precondition(planes.count.isMultiple(of: width), "elements have whole bytes")
        let count = planes.count / width
        return [UInt8](unsafeUninitializedCapacity: planes.count) { target, filled in
            planes.withUnsafeBufferPointer { source in
                for plane in 0..<width {
                    for element in 0..<count {
                        target[element * width + plane] = source[plane * count + element]
                    }
                }
            }
            filled = planes.count
        }
    }

    /// Eight elements of eight bytes, from element `first` on.
    @inline(__always)
    private static func turn(
        _ bytes: UnsafeRawBufferPointer, at first: Int, into target: UnsafeMutableRawBufferPointer,
        planeBytes: Int
    ) {
        var rows = SIMD8<UInt64>()
        for index in 0..<8 {
            let word = bytes.loadUnaligned(fromByteOffset: (first + index) * 8, as: UInt64.self)
            rows[index] = UInt64(littleEndian: word)
        }
        rows = exchanged(rows, distance: 4, shift: 32, mask: 0x0000_0000_FFFF_FFFF)
        rows = exchanged(rows, distance: 2, shift: 16, mask: 0x0000_FFFF_0000_FFFF)
        rows = exchanged(rows, distance: 1, shift: 8, mask: 0x00FF_00FF_00FF_00FF)
        for plane in 0..<8 {
            target.storeBytes(
                of: rows[plane].littleEndian, toByteOffset: plane * planeBytes + first,
                as: UInt64.self)
        }
    }

    /// Rows that are `distance` apart, with the upper half of each block of the one and the lower of the other exchanged.
    @inline(__always)
    private static func exchanged(
        _ rows: SIMD8<UInt64>, distance: Int, shift: UInt64, mask: UInt64
    ) -> SIMD8<UInt64> {
        var rows = rows
        for low in 0..<8 where low & distance == 0 {
            let high = low + distance
            let difference = (rows[low] >> shift ^ rows[high]) & mask
            rows[high] ^= difference
            rows[low] ^= difference << shift
        }
        return rows
    }
}
