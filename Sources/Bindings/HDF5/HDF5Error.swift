private import CHDF5

/// An operation of the HDF5 library failed, or was refused before it was tried.
package struct HDF5Error: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done.
    package enum Operation: String, Sendable {
        case openFile = "open the file"
        case openObject = "open the object"
        case listLinks = "list the links"
        case readAttribute = "read the attribute"
        case readDataset = "read the dataset"
        case writeFile = "write"
    }

    /// The situation, where a caller acts on it.
    package enum Code: String, Sendable {
        case notHDF5, fileTruncated, fileLocked, filterMissing, refused, failed
    }

    package let operation: Operation
    package let code: Code
    /// The file or the object in it.
    package let path: String
    /// The library's error stack, innermost call first; or the reason for a refusal.
    package let stack: [String]

    /// A refusal that the library was not asked about.
    init(_ operation: Operation, _ code: Code, path: String, reason: String) {
        self.operation = operation
        self.code = code
        self.path = path
        stack = [reason]
    }

    /// Takes the library's error stack and clears it; the caller holds the library's lock.
    init(_ operation: Operation, path: String) {
        self.operation = operation
        self.path = path
        let stack = Self.takeStack()
        self.stack = stack
        code = Self.code(of: stack.joined(separator: "; "))
    }

    /// What failed, and the library's two innermost reasons.
    package var description: String {
        let reasons = stack.isEmpty ? "the library gives no reason" : reason
        return "HDF5 could not \(operation.rawValue) \(path): \(reasons)"
    }

    /// The library's two innermost reasons.
    package var reason: String { stack.prefix(2).joined(separator: "; ") }

    private static func code(of text: String) -> Code {
        if text.contains("file signature not found") { return .notHDF5 }
        if text.contains("truncated file") { return .fileTruncated }
        let isBusy = text.contains("errno = 11") || text.contains("temporarily unavailable")
        if text.contains("lock file"), isBusy { return .fileLocked }
        return .failed
    }

    private static func takeStack() -> [String] {
        final class Box { var lines: [String] = [] }
        let box = Box()
        // Sound: the walk calls back before it returns, while `box` is alive.
        _ = unsafe H5Ewalk2(
            chdf5_error_stack(), H5E_WALK_UPWARD,
            { _, entry, context in
                guard let entry = unsafe entry, let context = unsafe context,
                    let words = unsafe entry.pointee.desc
                else { return 0 }
                let box = unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
                box.lines.append(unsafe String(cString: words))
                return 0
            }, Unmanaged.passUnretained(box).toOpaque())
        H5Eclear2(chdf5_error_stack())
        return box.lines
    }
}
