private import CHDF5

/// A new HDF5 file: groups, datasets and attributes; use one on one thread at a time.
package final class HDF5Writer {
    /// The value of an attribute.
    package enum Value: Sendable, Equatable {
        case text(String)
        case integer(Int)
        case number(Double)
        /// As h5py writes numpy's booleans.
        case flag(Bool)
    }

    private let path: String
    // Made by init, given up once: by close or by deinit.
    private var file: Int64

    /// Creates the file, in place of what was there; it is whole once ``close()`` has returned.
    ///
    /// - Throws: ``HDF5Error``.
    package init(creating path: String) throws(HDF5Error) {
        self.path = path
        file = try HDF5Library.locked { () throws(HDF5Error) -> Int64 in
            let access = H5Pcreate(chdf5_file_access_class())
            defer { H5Idec_ref(access) }
            // HDF5 1.10 reads it, and many small groups take half of what the oldest format needs.
            H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
            // A child that is started meanwhile would inherit the lock, and hold it after the file is closed.
            // Readers are kept off all the same: until it is closed, the file says itself that it is being written.
            H5Pset_file_locking(access, false, true)
            let id = unsafe H5Fcreate(path, chdf5_replace(), chdf5_default(), access)
            guard id >= 0 else { throw HDF5Error(.writeFile, path: path) }
            return id
        }
    }

    deinit {
        let file = self.file
        if file >= 0 { HDF5Library.locked { _ = H5Idec_ref(file) } }
    }

    /// Hands everything to the operating system and closes the file; nothing is written after that.
    ///
    /// - Throws: ``HDF5Error``, for example where the disk is full.
    package func close() throws(HDF5Error) {
        try HDF5Library.locked { () throws(HDF5Error) in
            let id = file
            file = -1
            let status = (H5Fflush(id, H5F_SCOPE_GLOBAL), H5Idec_ref(id))
            guard status.0 >= 0, status.1 >= 0 else { throw HDF5Error(.writeFile, path: path) }
        }
    }

    /// Creates a group and the groups around it.
    ///
    /// - Throws: ``HDF5Error``.
    package func createGroup(_ name: String) throws(HDF5Error) {
        try HDF5Library.locked { () throws(HDF5Error) in
            let id = unsafe H5Gcreate2(
                file, name, HDF5Library.linkCreation, chdf5_default(), chdf5_default())
            guard id >= 0 else { throw HDF5Error(.writeFile, path: place(name)) }
            H5Idec_ref(id)
        }
    }

    /// Writes a whole dataset in one piece, and creates the groups around it.
    ///
    /// - Precondition: `bytes`, little-endian, has the length that type and shape say.
    /// - Throws: ``HDF5Error``.
    package func write(
        _ bytes: [UInt8], as type: HDF5ElementType, shape: [Int], at name: String
    ) throws(HDF5Error) {
        precondition(
            bytes.count == shape.reduce(type.byteCount, *), "\(name): \(bytes.count), \(shape)")
        try HDF5Library.locked { () throws(HDF5Error) in
            let kind = type.makeType()
            defer { H5Idec_ref(kind) }
            try write(bytes, kind, shape, name)
        }
    }

    /// Writes a list of names as bytes of one length, as robomimic's masks are.
    ///
    /// - Throws: ``HDF5Error``.
    package func write(names: [String], at name: String) throws(HDF5Error) {
        let width = max(1, names.map(\.utf8.count).max() ?? 1)
        let bytes = names.flatMap { text in
            Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
        }
        try HDF5Library.locked { () throws(HDF5Error) in
            let kind = H5Tcopy(chdf5_c_string())
            defer { H5Idec_ref(kind) }
            H5Tset_size(kind, width)
            H5Tset_strpad(kind, H5T_STR_NULLPAD)
            try write(bytes, kind, [names.count], name)
        }
    }

    /// A dataset at `name` whose rows are written one after the other.
    ///
    /// - Throws: ``HDF5Error``.
    package func rows(
        as type: HDF5ElementType, shape: [Int], at name: String
    ) throws(HDF5Error) -> HDF5RowWriter {
        try HDF5Library.locked { () throws(HDF5Error) -> HDF5RowWriter in
            let kind = type.makeType()
            defer { H5Idec_ref(kind) }
            return HDF5RowWriter(
                takingOwnershipOf: try makeDataset(kind, shape, name), type: type, shape: shape,
                path: place(name))
        }
    }

    /// Gives a group or a dataset an attribute.
    ///
    /// - Throws: ``HDF5Error``.
    package func set(_ attribute: String, of name: String, to value: Value) throws(HDF5Error) {
        try HDF5Library.locked { () throws(HDF5Error) in
            let kind = value.makeType()
            defer { H5Idec_ref(kind) }
            let space = H5Screate(H5S_SCALAR)
            defer { H5Idec_ref(space) }
            let id = unsafe H5Acreate_by_name(
                file, name, attribute, kind, space, chdf5_default(), chdf5_default(),
                chdf5_default())
            guard id >= 0 else { throw HDF5Error(.writeFile, path: place("\(name)@\(attribute)")) }
            defer { H5Idec_ref(id) }
            // Sound: the bytes are those of one value of the type.
            let status = unsafe value.withBytes { unsafe H5Awrite(id, kind, $0) }
            guard status >= 0 else {
                throw HDF5Error(.writeFile, path: place("\(name)@\(attribute)"))
            }
        }
    }

    /// The caller holds the library's lock, and has compared the length with type and shape.
    private func write(
        _ bytes: [UInt8], _ kind: Int64, _ shape: [Int], _ name: String
    ) throws(HDF5Error) {
        let id = try makeDataset(kind, shape, name)
        defer { H5Idec_ref(id) }
        guard !bytes.isEmpty else { return }
        let whole = chdf5_whole_space()
        // Sound: `bytes` has as many as the whole dataset.
        guard unsafe H5Dwrite(id, kind, whole, whole, chdf5_default(), bytes) >= 0 else {
            throw HDF5Error(.writeFile, path: place(name))
        }
    }

    private func makeDataset(
        _ kind: Int64, _ shape: [Int], _ name: String
    ) throws(HDF5Error) -> Int64 {
        let extents = shape.map { UInt64($0) }
        let space = unsafe H5Screate_simple(Int32(shape.count), extents, nil)
        defer { H5Idec_ref(space) }
        let id = unsafe H5Dcreate2(
            file, name, kind, space, HDF5Library.linkCreation, chdf5_default(), chdf5_default())
        guard id >= 0 else { throw HDF5Error(.writeFile, path: place(name)) }
        return id
    }

    private func place(_ name: String) -> String { "\(name) of \(path)" }
}
