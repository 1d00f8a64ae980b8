import Foundation
import StageRuns
import TestSupport
import Testing

@Suite("A lock on a file")
struct FileLockTests {
    @Test("is refused while another process holds it, and free once that is killed")
    func otherProcess() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "stage.lock")
            let holder = Process()
            let (input, output) = (Pipe(), Pipe())
            holder.executableURL = URL(filePath: "/usr/bin/env")
            holder.arguments = [
                "flock", "--no-fork", file.path, "/bin/sh", "-c", "echo held; exec cat",
            ]
            holder.standardInput = input
            holder.standardOutput = output
            try holder.run()
            #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
            let error = #expect(throws: StageError.self) {
                _ = try FileLock.acquire(file, for: "fine-tune").self
            }
            #expect(try #require(error).exitCode == 75)
            #expect(try #require(error).message.contains(file.path))
            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
            _ = try FileLock.acquire(file, for: "fine-tune")
        }
    }

    @Test("names its holder for people, and nobody once it is given up")
    func holder() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "stage.lock")
            #expect(try FileLock.holder(of: file) == nil)
            try hold(file) {
                let holder = try #require(try FileLock.holder(of: file))
                #expect(holder.process == getpid())
                #expect(holder.purpose == "a test")
            }
            #expect(try FileLock.holder(of: file) == nil)
        }
    }

    private func hold(_ file: URL, _ body: () throws -> Void) throws {
        let lock = try FileLock.acquire(file, for: "a test")
        try body()
        _ = lock
    }
}
