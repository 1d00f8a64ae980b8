private import CSandbox
private import Glibc

/// What a process that reads hostile bytes gives up beforehand; none of it can be taken back.
package enum Sandbox {
    /// The kernel refused a limit.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// What the kernel of this machine can keep a process from.
    package enum Answer: Sendable, Equatable {
        case confined
        /// The kernel is older, or built without it.
        case unknownToKernel
    }

    /// Memory and open files that the process may have from now on, and no core file.
    ///
    /// Memory is address space: an allocation beyond it fails, which ends a Swift program.
    package static func limit(memoryBytes: Int, openFiles: Int) throws(Failure) {
        try set(__rlimit_resource_t(UInt32(RLIMIT_AS.rawValue)), memoryBytes, "memory")
        try set(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), openFiles, "open files")
        try set(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), 0, "core files")
    }

    /// Leaves this thread, and those that it starts, these files and folders and no others (Landlock).
    package static func confineFiles(
        readable: [String], writable: [String]
    ) throws(Failure) -> Answer {
        try answer(
            unsafe withPointers(to: readable) { read in
                unsafe withPointers(to: writable) { write in
                    // Both arrays of texts live until the call returns.
                    unsafe csandbox_confine_files(
                        read.baseAddress, read.count, write.baseAddress, write.count)
                }
            }, to: "giving up all files but those of the workspace")
    }

    /// No new socket, program or look into another process, for all threads (seccomp).
    package static func denyNetwork() throws(Failure) -> Answer {
        try answer(csandbox_deny_network(), to: "giving up the network")
    }

    private static func answer(_ code: Int32, to what: String) throws(Failure) -> Answer {
        if code == ENOSYS || code == EOPNOTSUPP { return .unknownToKernel }
        guard code == 0 else {
            throw Failure(
                description:
                    "\(what): the kernel says '\(unsafe String(cString: strerror(code)))', "
                    + "expected that it may be given up")
        }
        return .confined
    }

    private static func set(
        _ resource: __rlimit_resource_t, _ value: Int, _ name: String
    ) throws(Failure) {
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { throw refused(name, value) }
        // A lower limit that is there already stays.
        let new = min(limit.rlim_max, rlim_t(max(0, value)))
        limit = rlimit(rlim_cur: new, rlim_max: new)
        guard unsafe setrlimit(resource, &limit) == 0 else { throw refused(name, value) }
    }

    private static func refused(_ name: String, _ value: Int) -> Failure {
        Failure(
            description: "limiting \(name) to \(value): the kernel says "
                + "'\(unsafe String(cString: strerror(errno)))'")
    }

    private static func withPointers<Result>(
        to texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe UnsafePointer(strdup($0)) }
        defer { unsafe copies.forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) } }
        return unsafe copies.withUnsafeBufferPointer { unsafe body($0) }
    }
}
