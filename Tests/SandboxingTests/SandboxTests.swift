import Foundation
import Glibc
import Sandboxing
import Testing

// Each runs in a process of its own: what is given up cannot be taken back.
@Suite("Sandbox") struct SandboxTests {
    @Test("a confined process reads and writes its folders and nothing else")
    func files() async {
        await #expect(processExitsWith: .success) {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            let (own, read) = (folder.appending(path: "own"), folder.appending(path: "read"))
            for part in ["own/a", "own/b", "read"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: part), withIntermediateDirectories: true)
            }
            try Data("x".utf8).write(to: read.appending(path: "file"))
            let answer = try Sandbox.confineFiles(
                readable: [read.path, "/not/there"], writable: [own.path])
            guard answer == .confined else { return print("this kernel has no Landlock") }
            precondition(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES)
            precondition(open(folder.appending(path: "new").path, O_CREAT | O_WRONLY, 0o600) < 0)
            precondition(open(read.appending(path: "file").path, O_WRONLY) < 0)
            precondition(unlink(read.appending(path: "file").path) < 0)
            let bytes = try Data(contentsOf: read.appending(path: "file"))
            precondition(bytes.count == 1)
            try Data("y".utf8).write(to: own.appending(path: "a/file"))
            // Between folders, as the inbox claims files.
            precondition(
                rename(own.appending(path: "a/file").path, own.appending(path: "b/file").path) == 0)
            precondition(truncate(own.appending(path: "b/file").path, 0) == 0)
            try FileManager.default.removeItem(at: own.appending(path: "b"))
        }
    }

    @Test("threads that a confined thread starts are confined too")
    func threads() async {
        await #expect(processExitsWith: .success) {
            guard try Sandbox.confineFiles(readable: [], writable: []) == .confined else { return }
            var thread = pthread_t()
            let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
                _ in
                precondition(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES)
                return nil
            }
            precondition(pthread_create(&thread, nil, start, nil) == 0)
            pthread_join(thread, nil)
        }
    }

    @Test("without the network no socket is made, no program started, and open connections stay")
    func network() async {
        await #expect(processExitsWith: .success) {
            var pair: [Int32] = [0, 0]
            precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            guard try Sandbox.denyNetwork() == .confined else { return }
            precondition(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) < 0 && errno == EACCES)
            precondition(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0) < 0 && errno == EACCES)
            var argument: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
            precondition(execv("/bin/true", &argument) < 0 && errno == EACCES)
            var byte: UInt8 = 7
            precondition(write(pair[0], &byte, 1) == 1 && read(pair[1], &byte, 1) == 1)
        }
    }

    @Test("memory beyond the limit is not to be had")
    func memory() async {
        await #expect(processExitsWith: .success) {
            try Sandbox.limit(memoryBytes: 4 << 30, openFiles: 64)
            var memory: UnsafeMutableRawPointer?
            precondition(posix_memalign(&memory, 64, 1 << 20) == 0)
            precondition(posix_memalign(&memory, 64, 5 << 30) == ENOMEM)
            let descriptors = (0..<80).map { _ in dup(1) }
            precondition(descriptors.contains { $0 < 0 })
        }
    }
}

// Each in a process of its own as well: the tests' own one has threads.
@Suite("Copies of a process") struct ProcessCopyTests {
    @Test("wait to be started, and say how they end")
    func ends() async {
        await #expect(processExitsWith: .success) {
            let (isCopy, copy) = ProcessCopy.make()
            if isCopy { _exit(7) }
            precondition(copy?.wait(milliseconds: 20) == .some(.none))
            copy?.start()
            precondition(copy?.wait(milliseconds: 20_000) == .exited(7))
            precondition(copy?.wait(milliseconds: 0) == .exited(7))
        }
    }

    @Test("that are killed before they are started end nothing but themselves")
    func killedEarly() async {
        await #expect(processExitsWith: .success) {
            let (isCopy, copy) = ProcessCopy.make()
            if isCopy { _exit(0) }
            copy?.signal(SIGKILL)
            usleep(100_000)
            copy?.start()
            precondition(copy?.wait(milliseconds: 20_000) == .signalled(SIGKILL))
        }
    }

    @Test("can be killed, and have a group of their own")
    func signals() async {
        await #expect(processExitsWith: .success) {
            let (isCopy, copy) = ProcessCopy.make()
            if isCopy {
                if getpgrp() != getpid() { _exit(1) }
                while true { pause() }
            }
            copy?.start()
            precondition(copy?.wait(milliseconds: 100) == .some(.none))
            copy?.signal(SIGKILL)
            precondition(copy?.wait(milliseconds: 20_000) == .signalled(SIGKILL))
        }
    }

    @Test(
        "that nobody starts are gone with what holds them, and read the original's end once started"
    )
    func lifeline() async {
        await #expect(processExitsWith: .success) {
            do {
                let (isCopy, copy) = ProcessCopy.make()
                if isCopy { _exit(0) }
                precondition(copy != nil)
            }
            precondition(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
            var ends: [Int32] = [0, 0]
            precondition(pipe(&ends) == 0)
            do {
                let (isCopy, copy) = ProcessCopy.make()
                var byte: UInt8 = 0
                if isCopy {
                    // Standard input ends with the original's object.
                    byte = read(STDIN_FILENO, &byte, 1) == 0 ? 1 : 2
                    _ = write(ends[1], &byte, 1)
                    _exit(0)
                }
                copy?.start()
            }
            var byte: UInt8 = 0
            precondition(read(ends[0], &byte, 1) == 1 && byte == 1)
        }
    }
}
