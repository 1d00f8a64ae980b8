private import CZstd

/// A zstd frame could not be written or read.
package struct ZstdError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done.
    package enum Operation: String, Sendable { case compress, decompress }

    package let operation: Operation
    /// The library's own words, or what was wrong with the frame's header.
    package let message: String

    init(_ operation: Operation, _ message: String) {
        self.operation = operation
        self.message = message
    }

    /// - Precondition: `result` is an error code that the library returned.
    init(_ operation: Operation, result: Int) {
        self.init(operation, unsafe String(cString: ZSTD_getErrorName(result)))
    }

    /// What failed, and why.
    package var description: String { "zstd could not \(operation.rawValue): \(message)" }
}
