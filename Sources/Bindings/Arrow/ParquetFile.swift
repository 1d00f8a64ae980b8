#if LeRobot
private import CArrow

/// An open Parquet file; use one on one thread at a time.
@safe package final class ParquetFile {
    // Sound: made by init, closed by deinit, never handed out.
    private let handle: OpaquePointer
    private let path: String
    /// Names of the columns that are read, in the file's order.
    package let columns: [String]
    package let rowCount: Int

    /// Opens a file; of its columns only `columns` are read, as far as it has them, or else all.
    package init(readingFrom path: String, columns: [String]? = nil) throws(ArrowError) {
        var message = MessageBuffer()
        let opened = unsafe withCStrings(columns ?? []) { names in
            unsafe message.fill { text, capacity in
                unsafe carrow_open(
                    path, columns == nil ? nil : names, Int32(columns?.count ?? 0), text,
                    capacity)
            }
        }
        guard let handle = unsafe opened else {
            throw ArrowError(.fileUnreadable, "opening \(path) as Parquet", message.text)
        }
        unsafe self.handle = unsafe handle
        self.path = path
        rowCount = Int(unsafe carrow_row_count(handle))
        let count = unsafe carrow_column_count(handle)
        self.columns = (0..<count).map {
            // Sound: the name lives as long as the file.
            unsafe String(cString: carrow_column_name(handle, $0))
        }
    }

    deinit { unsafe carrow_close(handle) }

    /// Decodes rows; the row group that they lie in is kept for the next call.
    ///
    /// - Precondition: the range is not empty.
    package func rows(_ range: Range<Int>) throws(ArrowError) -> ParquetRows {
        precondition(!range.isEmpty, "no rows of \(path)")
        var message = MessageBuffer()
        let read = unsafe message.fill { text, capacity in
            unsafe carrow_read(handle, Int64(range.lowerBound), Int64(range.count), text, capacity)
        }
        guard let rows = unsafe read else {
            throw ArrowError(
                .rowsUnreadable,
                "reading rows \(range.lowerBound) to \(range.upperBound - 1) of \(path)",
                message.text)
        }
        return unsafe ParquetRows(
            takingOwnershipOf: rows, columns: columns, rowCount: range.count, path: path)
    }
}
#endif
