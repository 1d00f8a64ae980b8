/// Puts the first bytes of all elements side by side, then the second ones, and so on.
///
/// Numbers that follow each other have nearly the same exponent and different last digits: apart, the former
/// compress well (the shuffle of HDF5 and Blosc).
enum BytePlanes {
    /// The bytes of elements of `width` bytes each, plane after plane.
    static func split(_ bytes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return bytes }
        let count = bytes.count / width
        return transposed(bytes, rows: count, columns: width)
    }

    /// What ``split(_:width:)`` was given.
    static func joined(_ planes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return planes }
        return transposed(planes, rows: width, columns: planes.count / width)
    }

    /// A matrix of bytes, row-major, with rows and columns exchanged.
    private static func transposed(_ bytes: [UInt8], rows: Int, columns: Int) -> [UInt8] {
        precondition(bytes.count == rows * columns, "elements have whole bytes")
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBufferPointer { source in
                // The shorter side outside, so that long runs are written or read in order.
                if columns <= rows {
                    for column in 0..<columns {
                        let start = column * rows
                        for row in 0..<rows { target[start + row] = source[row * columns + column] }
                    }
                } else {
                    for row in 0..<rows {
                        let start = row * columns
                        for column in 0..<columns {
                            target[column * rows + row] = source[start + column]
                        }
                    }
                }
            }
            count = bytes.count
        }
    }
}
