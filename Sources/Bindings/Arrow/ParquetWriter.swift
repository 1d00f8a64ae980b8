#if LeRobot
private import CArrow

/// A new Parquet file, compressed with Snappy; use one on one thread at a time.
@safe package final class ParquetWriter {
    // Sound: made by init, freed once: by finish or by deinit; never handed out.
    private var handle: OpaquePointer?
    private let path: String
    private let fields: [ParquetField]

    /// Creates the file, in place of what was there; `metadata` is kept with the schema.
    ///
    /// - Throws: ``ArrowError``.
    package init(
        creating path: String, fields: [ParquetField], metadata: [(key: String, text: String)] = []
    ) throws(ArrowError) {
        self.path = path
        self.fields = fields
        var message = MessageBuffer()
        let made = unsafe withCStrings(fields.map(\.name)) { names in
            // Sound: the names live until carrow_create has copied them.
            let columns = unsafe fields.enumerated().map { index, field in
                unsafe carrow_field(
                    name: names?[index], kind: carrow_kind(rawValue: field.element.kind),
                    width: Int32(field.width ?? 0), has_any_length: field.hasAnyLength ? 1 : 0)
            }
            return unsafe withCStrings(metadata.map(\.key)) { keys in
                unsafe withCStrings(metadata.map(\.text)) { texts in
                    unsafe message.fill { text, capacity in
                        unsafe carrow_create(
                            path, columns, Int32(columns.count), keys, texts,
                            Int32(metadata.count), text, capacity)
                    }
                }
            }
        }
        guard let made = unsafe made else {
            throw ArrowError(.fileUnwritable, "creating \(path)", message.text)
        }
        unsafe handle = unsafe made
    }

    deinit { if let handle = unsafe handle { unsafe carrow_abandon(handle) } }

    /// Writes one row group: `columns` in the order of the fields.
    ///
    /// - Precondition: each column has `rowCount` rows of its field's width and element; the file
    ///   is not finished.
    /// - Throws: ``ArrowError``.
    package func write(rowCount: Int, columns: [ParquetValues]) throws(ArrowError) {
        precondition(columns.count == fields.count, "\(columns.count) of \(fields.count) columns")
        for (index, values) in columns.enumerated() {
            let count = rowCount * (fields[index].width ?? 1)
            switch values {
            case .numbers(let bytes):
                precondition(
                    bytes.count == count * (fields[index].element.byteCount ?? 0),
                    "\(fields[index].name): \(bytes.count) bytes for \(count)")
                try put(index, rowCount, bytes, [])
            case .binaries(let files):
                precondition(
                    files.count == count && fields[index].element.byteCount == nil,
                    "\(fields[index].name): \(files.count) values for \(count)")
                var ends: [Int64] = [0]
                for file in files { ends.append(ends[ends.count - 1] + Int64(file.count)) }
                try put(index, rowCount, Array(files.joined()), ends)
            }
        }
        var message = MessageBuffer()
        let status = unsafe message.fill { unsafe carrow_write(handle, Int64(rowCount), $0, $1) }
        guard status == 0 else {
            throw ArrowError(.fileUnwritable, "writing \(path)", message.text)
        }
    }

    /// Writes the footer and closes the file; nothing is written after that.
    ///
    /// - Throws: ``ArrowError``.
    package func finish() throws(ArrowError) {
        guard let taken = unsafe handle else { return }
        unsafe handle = nil
        var message = MessageBuffer()
        let status = unsafe message.fill { unsafe carrow_finish(taken, $0, $1) }
        guard status == 0 else {
            throw ArrowError(.fileUnwritable, "closing \(path)", message.text)
        }
    }

    private func put(
        _ column: Int, _ rowCount: Int, _ bytes: [UInt8], _ offsets: [Int64]
    ) throws(ArrowError) {
        var message = MessageBuffer()
        // Sound: as many values as rows and width say, or offsets into `bytes`; both are copied.
        let status = unsafe message.fill { text, capacity in
            unsafe carrow_put(
                handle, Int32(column), Int64(rowCount), bytes, offsets, text, capacity)
        }
        guard status == 0 else {
            throw ArrowError(
                .fileUnwritable, "writing the column \(fields[column].name) of \(path)",
                message.text)
        }
    }
}
#endif
