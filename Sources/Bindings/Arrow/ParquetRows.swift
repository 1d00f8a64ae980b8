#if LeRobot
private import CArrow

/// Numbers of one column.
package struct ParquetNumbers: Sendable, Equatable {
    package let element: ParquetElement
    /// Rows first, then the extents of lists.
    package let shape: [Int]
    /// Row-major, little-endian; booleans are one byte each.
    package let bytes: [UInt8]
}

/// Decoded rows of a Parquet file.
@safe package struct ParquetRows: ~Copyable {
    // Sound: owned since init, freed by deinit, never handed out.
    private let handle: OpaquePointer
    private let path: String
    package let columns: [String]
    package let rowCount: Int

    init(
        takingOwnershipOf handle: OpaquePointer, columns: [String], rowCount: Int, path: String
    ) {
        unsafe self.handle = unsafe handle
        self.columns = columns
        self.rowCount = rowCount
        self.path = path
    }

    deinit { unsafe carrow_rows_free(handle) }

    /// What a column's elements are, and the extents of an array of all its rows.
    package func layout(
        of column: String
    ) throws(ArrowError) -> (element: ParquetElement, shape: [Int]) {
        let index = try index(of: column)
        var kind = CARROW_OTHER
        var rank: Int32 = 0
        var extents = [Int64](repeating: 0, count: Int(CARROW_MAXIMAL_RANK))
        var message = MessageBuffer()
        let status = unsafe extents.withUnsafeMutableBufferPointer { extents in
            unsafe message.fill { text, capacity in
                unsafe carrow_describe(
                    handle, index, &kind, extents.baseAddress, &rank, text, capacity)
            }
        }
        guard status == 0 else { throw unfit(column, message.text) }
        return (ParquetElement(kind: kind.rawValue), extents.prefix(Int(rank)).map { Int($0) })
    }

    /// All numbers of a column, as long as they are at most `byteLimit` bytes.
    package func numbers(
        _ column: String, byteLimit: Int = .max
    ) throws(ArrowError) -> ParquetNumbers {
        let (element, shape) = try layout(of: column)
        guard let width = element.byteCount else {
            throw unfit(column, "its elements are \(element), expected numbers")
        }
        let byteCount = shape.reduce(width, *)
        guard byteCount <= byteLimit else {
            throw ArrowError(
                .tooLarge, "reading column \(column) of \(path)",
                "\(byteCount) bytes, the limit is \(byteLimit)")
        }
        let index = try index(of: column)
        var message = MessageBuffer()
        var status: Int32 = 0
        // Sound: the library writes exactly `byteCount` bytes, or fails.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
            status = unsafe message.fill { text, capacity in
                unsafe carrow_copy(
                    handle, index, target.baseAddress, byteCount, text, capacity)
            }
            count = status == 0 ? byteCount : 0
        }
        guard status == 0 else { throw unfit(column, message.text) }
        return ParquetNumbers(element: element, shape: shape, bytes: bytes)
    }

    /// The numbers of a column that has one a row.
    package func scalars(_ column: String) throws(ArrowError) -> ParquetNumbers {
        let numbers = try numbers(column)
        guard numbers.shape.reduce(1, *) == rowCount else {
            throw unfit(column, "its shape is \(numbers.shape), expected one number a row")
        }
        return numbers
    }

    /// Calls `body` with the bytes of a text, a binary or a picture in one row; nil where there is
    /// no value.
    package func withBytes<Result>(
        of column: String, row: Int, _ body: (Span<UInt8>) -> Result
    ) throws(ArrowError) -> Result? {
        precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
        var bytes: UnsafePointer<UInt8>?
        var length: Int64 = 0
        let status = unsafe carrow_bytes(
            handle, try index(of: column), Int64(row), &bytes, &length)
        guard status >= 0 else {
            throw unfit(column, "its elements are no texts, binaries or pictures")
        }
        guard status == 0, let start = unsafe bytes else { return nil }
        // Sound: `length` bytes that live as long as the rows, which `self` owns.
        let buffer = unsafe UnsafeBufferPointer(start: start, count: Int(length))
        return body(unsafe buffer.span)
    }

    /// The text of one row, or nil where there is none.
    package func text(_ column: String, row: Int) throws(ArrowError) -> String? {
        // Sound: read while the span lives.
        try withBytes(of: column, row: row) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    private func index(of column: String) throws(ArrowError) -> Int32 {
        guard let index = columns.firstIndex(of: column) else {
            throw ArrowError(
                .columnMissing, "reading column \(column) of \(path)",
                "there is no such column; found \(columns.prefix(12).joined(separator: ", "))")
        }
        return Int32(index)
    }

    private func unfit(_ column: String, _ reason: String) -> ArrowError {
        ArrowError(.columnUnfit, "reading column \(column) of \(path)", reason)
    }
}
#endif
