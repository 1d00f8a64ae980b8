private import CHDF5
private import Foundation
private import Glibc

/// The library's global state, entered through one lock and set up once.
enum HDF5Library {
    /// The filter that h5py calls `lzf`.
    static let lzfFilter: Int32 = 32000

    /// Recursive, because a handle may be closed while its opener still holds the lock.
    private static let lock = NSRecursiveLock()
    private static let isReady = prepare()

    /// Runs `body` with the library to itself.
    static func locked<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        _ = isReady
        return try body()
    }

    /// How links are followed: never out of the file.
    static let linkAccess: Int64 = {
        let list = H5Pcreate(chdf5_link_access_class())
        // A negative answer makes the library give up on an external link before it opens a file.
        _ = unsafe H5Pset_elink_cb(list, { _, _, _, _, _, _, _ in -1 }, nil)
        return list
    }()

    /// How files are opened: with a shared lock, where the file system has locks.
    static let fileAccess: Int64 = {
        let list = H5Pcreate(chdf5_file_access_class())
        H5Pset_file_locking(list, true, true)
        return list
    }()

    /// Silences the library, and lets it load no plugin but the one for LZF.
    private static func prepare() -> Bool {
        guard H5open() >= 0 else { return false }
        _ = H5Eset_auto2(chdf5_error_stack(), nil, nil)
        H5PLset_loading_state(0)
        registerLZF()
        return true
    }

    /// Where Debian's package hdf5-plugin-lzf keeps its one file.
    private static let lzfPaths = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map {
        "/usr/lib/\($0)/hdf5/serial/plugins/liblzf_filter.so"
    }

    private static func registerLZF() {
        typealias PluginInfo = @convention(c) () -> UnsafeRawPointer?
        for path in lzfPaths {
            // Never closed: the library keeps the filter's functions until the process ends.
            guard let plugin = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL),
                let symbol = unsafe dlsym(plugin, "H5PLget_plugin_info")
            else { continue }
            let information = unsafe unsafeBitCast(symbol, to: PluginInfo.self)
            if let filter = unsafe information() { unsafe H5Zregister(filter) }
            return
        }
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
