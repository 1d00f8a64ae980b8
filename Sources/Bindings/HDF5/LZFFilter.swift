private import CHDF5
private import Glibc

/// The filter that h5py calls `lzf`, from Debian's packages hdf5-plugin-lzf and liblzf1.
///
/// It is registered by its name, and the library's own search for plugins stays off: a file cannot choose
/// which code is loaded.
enum LZFFilter {
    private static let plugin = "liblzf_filter.so"
    /// Debian's plugin needs this library and does not say so: it is loaded first, for all to see.
    private static let codec = "liblzf.so.1"

    /// Makes the filter known to the library; the caller holds its lock.
    ///
    /// Without the package, datasets that need the filter are refused when they are read.
    static func register() {
        _ = unsafe dlopen(codec, RTLD_NOW | RTLD_GLOBAL)
        for folder in pluginFolders() {
            // Kept loaded: the library calls into it until the process ends.
            guard let library = unsafe dlopen("\(folder)/\(plugin)", RTLD_NOW | RTLD_LOCAL),
                let symbol = unsafe dlsym(library, "H5PLget_plugin_info")
            else { continue }
            // Sound: HDF5 defines this function's type for every plugin.
            let information = unsafe unsafeBitCast(
                symbol, to: (@convention(c) () -> UnsafeRawPointer?).self)
            guard let filter = unsafe information() else { continue }
            if unsafe H5Zregister(filter) >= 0 { return }
        }
    }

    /// Where the library would look for plugins.
    private static func pluginFolders() -> [String] {
        var count: UInt32 = 0
        guard unsafe H5PLsize(&count) >= 0 else { return [] }
        return (0..<count).compactMap { index in
            var bytes = [CChar](repeating: 0, count: 4096)
            let length = unsafe H5PLget(index, &bytes, bytes.count)
            guard length > 0, length < bytes.count else { return nil }
            return String(
                decoding: bytes[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
