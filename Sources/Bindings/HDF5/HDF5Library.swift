private import CHDF5
private import Foundation

/// The library's global state, entered through one lock and set up once.
enum HDF5Library {
    /// Recursive, because a handle may be closed while its opener still holds the lock.
    private static let lock = NSRecursiveLock()
    private static let isReady = prepare()

    /// Runs `body` with the library to itself, which prints nothing.
    static func locked<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        _ = isReady
        // Kept a thread: a library built for threads would print on every new one.
        _ = H5Eset_auto2(chdf5_error_stack(), nil, nil)
        return try body()
    }

    /// How links are followed: never out of the file.
    static let linkAccess: Int64 = {
        let list = H5Pcreate(chdf5_link_access_class())
        // A negative answer makes the library give up on an external link before it opens a file.
        _ = unsafe H5Pset_elink_cb(list, { _, _, _, _, _, _, _ in -1 }, nil)
        return list
    }()

    /// How files are opened: with a shared lock, where the file system has locks, and values read straight to where
    /// they are wanted: every dataset is read once, so that a buffer for its next bytes is of no use.
    static let fileAccess: Int64 = {
        let list = H5Pcreate(chdf5_file_access_class())
        H5Pset_file_locking(list, true, true)
        H5Pset_sieve_buf_size(list, 0)
        return list
    }()

    /// How datasets and groups are made: with the groups around them.
    static let linkCreation: Int64 = {
        let list = H5Pcreate(chdf5_link_creation_class())
        H5Pset_create_intermediate_group(list, 1)
        return list
    }()

    /// Lets the library load no plugin, and gives it the one filter that it lacks.
    private static func prepare() -> Bool {
        guard H5open() >= 0 else { return false }
        H5PLset_loading_state(0)
        LZFFilter.register()
        return true
    }
}

/// Owner of one identifier of the library, of any kind.
struct HDF5Handle: ~Copyable {
    let id: Int64

    /// - Precondition: `id` is valid and belongs to nobody else.
    init(takingOwnershipOf id: Int64) { self.id = id }

    deinit {
        let id = self.id
        HDF5Library.locked { _ = H5Idec_ref(id) }
    }
}
