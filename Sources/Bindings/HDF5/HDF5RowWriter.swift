private import CHDF5

/// A dataset of a new file that is filled one row after the other, so that no more is in memory.
package final class HDF5RowWriter {
    private let dataset: HDF5Handle
    private let type: HDF5ElementType
    private let shape: [Int]
    private let path: String
    private var rowsWritten = 0

    /// - Precondition: `id` is a dataset of that type and shape, and belongs to nobody else.
    init(takingOwnershipOf id: Int64, type: HDF5ElementType, shape: [Int], path: String) {
        dataset = HDF5Handle(takingOwnershipOf: id)
        self.type = type
        self.shape = shape
        self.path = path
    }

    /// Writes the next row, little-endian.
    ///
    /// - Precondition: a row is left, and `row` has its length.
    /// - Throws: ``HDF5Error``.
    package func append(_ row: ArraySlice<UInt8>) throws(HDF5Error) {
        precondition(rowsWritten < shape[0], "\(path): row \(rowsWritten) of \(shape[0])")
        precondition(
            row.count == shape.dropFirst().reduce(type.byteCount, *),
            "\(path): \(row.count) bytes for a row of \(shape)")
        try HDF5Library.locked { () throws(HDF5Error) in
            let kind = type.makeType()
            defer { H5Idec_ref(kind) }
            var start = [UInt64](repeating: 0, count: shape.count)
            start[0] = UInt64(rowsWritten)
            let count = [1] + shape.dropFirst().map { UInt64($0) }
            let memory = unsafe H5Screate_simple(Int32(count.count), count, nil)
            defer { H5Idec_ref(memory) }
            let target = H5Dget_space(dataset.id)
            defer { H5Idec_ref(target) }
            let selected = unsafe H5Sselect_hyperslab(
                target, H5S_SELECT_SET, start, nil, count, nil)
            // Sound: the row has as many bytes as are selected.
            let written = unsafe row.withUnsafeBytes {
                unsafe H5Dwrite(dataset.id, kind, memory, target, chdf5_default(), $0.baseAddress)
            }
            guard selected >= 0, written >= 0 else { throw HDF5Error(.writeFile, path: path) }
        }
        rowsWritten += 1
    }
}
