private import CHDF5

/// An HDF5 file that is open for reading.
package final class HDF5File {
    /// Where the file lies.
    package let path: String
    private let handle: HDF5Handle

    /// Opens the file with a shared lock.
    ///
    /// - Throws: ``HDF5Error``; its code says whether the file is truncated, locked, or no HDF5.
    package init(readingFrom path: String) throws(HDF5Error) {
        handle = try HDF5Library.locked { () throws(HDF5Error) -> HDF5Handle in
            let id = unsafe H5Fopen(path, chdf5_read_only(), HDF5Library.fileAccess)
            guard id >= 0 else { throw HDF5Error(.openFile, path: path) }
            return HDF5Handle(takingOwnershipOf: id)
        }
        self.path = path
    }

    /// The root group.
    ///
    /// - Throws: ``HDF5Error``.
    package func root() throws(HDF5Error) -> HDF5Group {
        try HDF5Library.locked { () throws(HDF5Error) -> HDF5Group in
            let id = unsafe H5Oopen(handle.id, "/", HDF5Library.linkAccess)
            guard id >= 0 else { throw HDF5Error(.openObject, path: "/") }
            return HDF5Group(
                takingOwnershipOf: id, file: self, path: "/", address: HDF5Group.address(of: id))
        }
    }
}
