private import CHDF5

/// A dataset that is open for reading.
package final class HDF5Dataset {
    /// Where the values lie.
    package enum Storage: String, Sendable { case inFile, externalFiles, virtual }

    /// Where the dataset lies in its file.
    package let path: String
    package let storage: Storage
    /// Whether the values lie in the file one after the other.
    package let isInOnePiece: Bool
    /// The element type, or nil for one that is not read.
    package let elementType: HDF5ElementType?
    /// A word for the element type, for messages.
    package let typeName: String
    /// Extents, row-major; nil for an empty dataspace, none for a scalar.
    package let shape: [Int]?

    private let handle: HDF5Handle
    /// Keeps the file open.
    private let file: HDF5File

    /// Opens nothing that lies outside of the file; the caller holds the library's lock.
    init(takingOwnershipOf id: Int64, file: HDF5File, path: String) throws(HDF5Error) {
        handle = HDF5Handle(takingOwnershipOf: id)
        self.file = file
        self.path = path
        // Only values that lie in this file in one piece have a place in it; asking that is quick.
        isInOnePiece = H5Dget_offset(id) != chdf5_undefined_address()
        storage = isInOnePiece ? .inFile : try Self.storage(of: id, path: path)
        guard storage == .inFile else {
            // Asking a virtual dataset for its extents may open other files.
            elementType = nil
            typeName = storage.rawValue
            shape = nil
            return
        }
        let type = H5Dget_type(id)
        guard type >= 0 else { throw HDF5Error(.openObject, path: path) }
        defer { H5Idec_ref(type) }
        let known = HDF5ElementType(type)
        elementType = known
        typeName = known?.rawValue ?? HDF5ElementType.name(of: type)
        shape = try Self.shape(of: id, path: path)
    }

    /// Bytes of all values, or nil where that is no Int, or the type is not read.
    package var byteCount: Int? {
        guard let elementType, let shape else { return nil }
        var total = elementType.byteCount
        for extent in shape {
            let (product, isOverflow) = total.multipliedReportingOverflow(by: extent)
            if isOverflow { return nil }
            total = product
        }
        return total
    }

    /// All values, row-major, little-endian.
    ///
    /// - Precondition: ``byteCount`` is not nil, and the caller has compared it with its limit.
    /// - Throws: ``HDF5Error``.
    package func read() throws(HDF5Error) -> [UInt8] {
        guard let byteCount else {
            throw HDF5Error(.readDataset, .refused, path: path, reason: "its type is \(typeName)")
        }
        guard byteCount > 0 else { return [] }
        return try HDF5Library.locked { () throws(HDF5Error) -> [UInt8] in
            let type = try littleEndianType()
            defer { H5Idec_ref(type) }
            let space = chdf5_whole_space()
            // Sound: the shape was checked against `byteCount`, and the status is checked below.
            var status: herr_t = -1
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
                status = unsafe H5Dread(
                    handle.id, type, space, space, chdf5_default(), buffer.baseAddress)
                count = status >= 0 ? byteCount : 0
            }
            guard status >= 0 else { throw readError() }
            return bytes
        }
    }

    /// The texts of a one-dimensional dataset of strings.
    ///
    /// - Throws: ``HDF5Error``, also if it is something else or has more than `countLimit`.
    package func strings(countLimit: Int) throws(HDF5Error) -> [String] {
        guard typeName == "string", let shape, shape.count <= 1, (shape.first ?? 1) <= countLimit
        else {
            throw HDF5Error(
                .readDataset, .refused, path: path,
                reason: "it is \(typeName) of shape \(shape.map(String.init) ?? "none"), "
                    + "expected at most \(countLimit) strings")
        }
        return try HDF5Library.locked { () throws(HDF5Error) -> [String] in
            let type = H5Dget_type(handle.id)
            defer { H5Idec_ref(type) }
            let space = H5Dget_space(handle.id)
            defer { H5Sclose(space) }
            let whole = chdf5_whole_space()
            let texts = unsafe HDF5Text.read(type: type, space: space, count: shape.first ?? 1) {
                unsafe H5Dread(handle.id, $0, whole, whole, chdf5_default(), $1)
            }
            guard let texts else { throw HDF5Error(.readDataset, path: path) }
            return texts
        }
    }

    /// The file's own type, with its bytes turned round where it is big-endian.
    private func littleEndianType() throws(HDF5Error) -> Int64 {
        let type = H5Dget_type(handle.id)
        guard type >= 0 else { throw HDF5Error(.readDataset, path: path) }
        guard H5Tget_order(type) == H5T_ORDER_BE else { return type }
        defer { H5Idec_ref(type) }
        let turned = H5Tcopy(type)
        guard turned >= 0, H5Tset_order(turned, H5T_ORDER_LE) >= 0 else {
            throw HDF5Error(.readDataset, path: path)
        }
        return turned
    }

    /// The error of a read, or what filter it lacked.
    private func readError() -> HDF5Error {
        let error = HDF5Error(.readDataset, path: path)
        guard let filter = missingFilter() else { return error }
        return HDF5Error(
            .readDataset, .filterMissing, path: path,
            reason: "it is compressed with filter \(filter), which this library lacks; "
                + (filter == 32000
                    ? "install hdf5-plugin-lzf and liblzf1" : "write it again with gzip"))
    }

    private func missingFilter() -> Int32? {
        let list = H5Dget_create_plist(handle.id)
        defer { H5Idec_ref(list) }
        for index in 0..<max(0, H5Pget_nfilters(list)) {
            var flags: UInt32 = 0
            var parameterCount = 0
            let filter = unsafe H5Pget_filter2(
                list, UInt32(index), &flags, &parameterCount, nil, 0, nil, nil)
            if filter >= 0, H5Zfilter_avail(filter) <= 0 { return filter }
        }
        return nil
    }

    private static func storage(of id: Int64, path: String) throws(HDF5Error) -> Storage {
        let list = H5Dget_create_plist(id)
        guard list >= 0 else { throw HDF5Error(.openObject, path: path) }
        defer { H5Idec_ref(list) }
        if H5Pget_layout(list) == H5D_VIRTUAL { return .virtual }
        return H5Pget_external_count(list) > 0 ? .externalFiles : .inFile
    }

    private static func shape(of id: Int64, path: String) throws(HDF5Error) -> [Int]? {
        let space = H5Dget_space(id)
        guard space >= 0 else { throw HDF5Error(.openObject, path: path) }
        defer { H5Sclose(space) }
        if H5Sget_simple_extent_type(space) == H5S_NULL { return nil }
        let rank = Int(H5Sget_simple_extent_ndims(space))
        guard rank >= 0 else { throw HDF5Error(.openObject, path: path) }
        var extents = [UInt64](repeating: 0, count: rank)
        guard unsafe H5Sget_simple_extent_dims(space, &extents, nil) >= 0 else {
            throw HDF5Error(.openObject, path: path)
        }
        guard extents.allSatisfy({ $0 <= UInt64(Int32.max) }) else {
            throw HDF5Error(
                .openObject, .refused, path: path,
                reason: "it states the shape \(extents); an extent above \(Int32.max) is refused")
        }
        return extents.map(Int.init)
    }
}

extension String {
    fileprivate init(_ shape: [Int]) { self = shape.description }
}
