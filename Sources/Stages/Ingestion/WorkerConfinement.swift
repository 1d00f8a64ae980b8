import Foundation
import Sandboxing
import StageRuns

/// What a worker gives up before it parses the first byte that a stranger wrote.
package enum WorkerConfinement {
    /// What programs read of the system: libraries, time zones, the number of cores.
    private static let system = [
        "/usr", "/lib", "/lib64", "/etc/localtime", "/sys/devices/system/cpu", "/proc/self",
        "/dev/urandom",
    ]

    /// What a worker may have of a machine's memory: at most three quarters of it, because a file that wants more would
    /// take it from everything else.
    package static func memoryLimit(asked: Int, ofMachine physical: UInt64) -> Int {
        min(asked, Int(clamping: physical / 4 * 3))
    }

    /// Limits memory and open files; leaves files of the workspace to be written, and `files` to be read.
    ///
    /// The catalogue is open already. What the kernel does not know is a warning: the rest still holds.
    static func enter(
        reading files: [SourceFile], workspace: Workspace, memoryBytes: Int, log: StageLog
    ) throws {
        try Sandbox.limit(
            memoryBytes: memoryLimit(
                asked: memoryBytes, ofMachine: ProcessInfo.processInfo.physicalMemory),
            openFiles: 1024)
        // Parts of a workspace may be links to other disks.
        let parts =
            (try? FileManager.default.contentsOfDirectory(atPath: workspace.root.path)) ?? []
        let own = [workspace.root] + parts.map { workspace.root.appending(path: $0) }
        let answers = [
            try Sandbox.confineFiles(
                readable: system + files.map { $0.url.resolvingSymlinksInPath().path },
                writable: own.map { $0.resolvingSymlinksInPath().path } + ["/dev/null"]),
            try Sandbox.denyNetwork(),
        ]
        if answers.contains(.unknownToKernel) {
            log.warning(
                "this kernel cannot keep the process that parses files from \(answers[0] == .confined ? "the network" : "other files"); "
                    + "Linux 5.19 or newer with Landlock and seccomp can")
        }
    }
}
