import Foundation
import Glibc

/// Asks the kernel whether a file is open for writing anywhere on this machine.
enum OpenFile {
    // Linux's fcntl commands, which need _GNU_SOURCE in C.
    private static let setLease: Int32 = 1024
    private static let setSignal: Int32 = 10

    /// Whether some process has the file open for writing; false where the kernel cannot say.
    ///
    /// A read lease is granted only on a file that nobody writes. It is given up at once.
    static func isBeingWritten(_ url: URL) -> Bool {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A writer that opens the file meanwhile breaks the lease; this signal is ignored by default.
        _ = fcntl(descriptor, setSignal, SIGURG)
        guard fcntl(descriptor, setLease, Int32(F_RDLCK)) != 0 else {
            _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
            return false
        }
        return errno == EAGAIN
    }
}
