/// Puts bytes that are alike side by side: the matrix of an array's bytes, with rows and columns exchanged.
///
/// Numbers that follow each other in time have nearly the same sign, exponent and first digits. A row a
/// step becomes a run of T bytes for each byte of each number, and such runs compress well; a row a number
/// becomes the planes of HDF5's and Blosc's shuffle.
enum BytePlanes {
    /// Bytes of a row-major matrix as those of its transpose.
    static func transposed(_ bytes: [UInt8], rows: Int, columns: Int) -> [UInt8] {
        guard rows > 1, columns > 1 else { return bytes }
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBytes { source in
                transpose(
                    source, rows: rows, columns: columns,
                    into: UnsafeMutableRawBufferPointer(target))
            }
            count = bytes.count
        }
    }

    /// The same into `target`, which has room for all of them.
    static func transpose(
        _ source: UnsafeRawBufferPointer, rows: Int, columns: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        precondition(source.count == rows * columns, "rows are whole")
        precondition(target.count >= source.count, "the transpose has as many bytes")
        guard rows > 1, columns > 1 else { return target.copyMemory(from: source) }
        Transposition(source: source, target: target, rows: rows, columns: columns).perform()
    }
}

/// One transposition, squares of 8 x 8 bytes at a time.
private struct Transposition {
    let source: UnsafeRawBufferPointer
    let target: UnsafeMutableRawBufferPointer
    let rows: Int
    let columns: Int

    func perform() {
        let wholeRows = rows & ~7
        let wholeColumns = columns & ~7
        // Few rows at once: what is read and what is written of them stays in the cache.
        for first in stride(from: 0, to: wholeRows, by: 64) {
            for column in stride(from: 0, to: wholeColumns, by: 8) {
                for row in stride(from: first, to: min(first + 64, wholeRows), by: 8) {
                    moveSquare(row, column)
                }
            }
        }
        move(rows: 0..<rows, columns: wholeColumns..<columns)
        move(rows: wholeRows..<rows, columns: 0..<wholeColumns)
    }

    /// What squares leave at the edges.
    private func move(rows some: Range<Int>, columns others: Range<Int>) {
        for column in others {
            for row in some { target[column * rows + row] = source[row * columns + column] }
        }
    }

    /// Exchanges quarters, then quarters of these, then single bytes.
    @inline(__always)
    private func moveSquare(_ row: Int, _ column: Int) {
        var (a, b, c, d) = lines(row, column)
        var (e, f, g, h) = lines(row + 4, column)
        exchange(&a, &e, 32, 0x0000_0000_FFFF_FFFF)
        exchange(&b, &f, 32, 0x0000_0000_FFFF_FFFF)
        exchange(&c, &g, 32, 0x0000_0000_FFFF_FFFF)
        exchange(&d, &h, 32, 0x0000_0000_FFFF_FFFF)
        exchange(&a, &c, 16, 0x0000_FFFF_0000_FFFF)
        exchange(&b, &d, 16, 0x0000_FFFF_0000_FFFF)
        exchange(&e, &g, 16, 0x0000_FFFF_0000_FFFF)
        exchange(&f, &h, 16, 0x0000_FFFF_0000_FFFF)
        exchange(&a, &b, 8, 0x00FF_00FF_00FF_00FF)
        exchange(&c, &d, 8, 0x00FF_00FF_00FF_00FF)
        exchange(&e, &f, 8, 0x00FF_00FF_00FF_00FF)
        exchange(&g, &h, 8, 0x00FF_00FF_00FF_00FF)
        store((a, b, c, d), row, column)
        store((e, f, g, h), row, column + 4)
    }

    /// Eight bytes of each of four rows, the first one lowest.
    @inline(__always)
    private func lines(_ row: Int, _ column: Int) -> (UInt64, UInt64, UInt64, UInt64) {
        (line(row, column), line(row + 1, column), line(row + 2, column), line(row + 3, column))
    }

    @inline(__always)
    private func line(_ row: Int, _ column: Int) -> UInt64 {
        UInt64(
            littleEndian: source.loadUnaligned(
                fromByteOffset: row * columns + column, as: UInt64.self))
    }

    @inline(__always)
    private func store(_ lines: (UInt64, UInt64, UInt64, UInt64), _ row: Int, _ column: Int) {
        let start = column * rows + row
        target.storeBytes(of: lines.0.littleEndian, toByteOffset: start, as: UInt64.self)
        target.storeBytes(of: lines.1.littleEndian, toByteOffset: start + rows, as: UInt64.self)
        target.storeBytes(of: lines.2.littleEndian, toByteOffset: start + 2 * rows, as: UInt64.self)
        target.storeBytes(of: lines.3.littleEndian, toByteOffset: start + 3 * rows, as: UInt64.self)
    }

    /// The upper part of `first`, by `mask` and `shift`, for the lower one of `second`.
    @inline(__always)
    private func exchange(
        _ first: inout UInt64, _ second: inout UInt64, _ shift: UInt64, _ mask: UInt64
    ) {
        let difference = ((first &>> shift) ^ second) & mask
        second ^= difference
        first ^= difference &<< shift
    }
}
