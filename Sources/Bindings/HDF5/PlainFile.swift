private import CHDF5
private import Glibc

/// What of an open file is read without the library: plain datasets, by the library's own descriptor.
struct PlainFile {
    private let descriptor: Int32
    /// No value lies behind it.
    private let end: Int

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Looks at the file that the library has opened as `id`; nil where its addresses are not places in the file.
    ///
    /// The caller holds the library's lock, and keeps the file open.
    init?(_ id: Int64) {
        var handle: UnsafeMutableRawPointer?
        // Sound: the files' access list names the driver whose handle is a descriptor.
        guard unsafe H5Fget_vfd_handle(id, HDF5Library.fileAccess, &handle) >= 0,
            let handle = unsafe handle
        else { return nil }
        descriptor = unsafe handle.load(as: Int32.self)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0,
            let start = Self.read(descriptor, offset: 0, count: 48),
            // Version 0, with addresses and lengths of 8 bytes, and 0 as the address of the file's beginning.
            start.starts(with: Self.signature), start[8] == 0, start[13] == 8, start[14] == 8,
            start[24..<32].allSatisfy({ $0 == 0 })
        else { return nil }
        let stated = start[40..<48].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        end = Int(min(stated, UInt64(max(0, status.st_size))))
    }

    /// The dataset whose header lies at `address`, or nil where that is anything but plain.
    func dataset(at address: UInt64) -> PlainDataset? {
        guard address < UInt64(end) else { return nil }
        let offset = Int(address)
        let count = min(PlainDataset.headerByteLimit, end - offset)
        guard let header = Self.read(descriptor, offset: offset, count: count) else { return nil }
        return PlainDataset(header: header, end: end)
    }

    /// Bytes of the file, or nil where there are fewer.
    func read(offset: Int, count: Int) -> [UInt8]? {
        Self.read(descriptor, offset: offset, count: count)
    }

    private static func read(_ descriptor: Int32, offset: Int, count: Int) -> [UInt8]? {
        // Sound: the kernel writes at most what is still missing, and says how many bytes it wrote.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
