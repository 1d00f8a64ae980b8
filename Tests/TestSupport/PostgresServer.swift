import Foundation
import Synchronization

/// A real PostgreSQL server for tests: one a test process, on a socket in a temporary directory.
///
/// A shell holds the server and reads from a pipe of this process. When this process ends, however
/// it ends, the kernel closes the pipe, and the shell stops the server and removes its directory.
package final class PostgresServer: Sendable {
    private let directory: URL
    private let programs: URL
    private let runner: ServerUser
    /// Kept open for as long as the server shall run.
    private let lifeline: FileHandle
    private let databaseCount = Atomic(0)

    private static let started = Result { try PostgresServer() }

    /// The server of this process, started on first use.
    package static func shared() throws -> PostgresServer { try started.get() }

    /// Makes an empty database and returns its URL.
    package func makeDatabase() throws -> String {
        let number = databaseCount.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "test_\(number)"
        try run("createdb", ["--host", directory.path, "--username", "postgres", name])
        let host = directory.path.replacing("/", with: "%2F")
        return "postgresql://postgres@/\(name)?host=\(host)"
    }

    private init() throws {
        programs = try Self.findPrograms()
        runner = try ServerUser.current()
        directory = URL(filePath: "/tmp/nightshift-pg-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        let pipe = Pipe()
        lifeline = pipe.fileHandleForWriting
        // Other children of this process must not keep the pipe open.
        _ = fcntl(lifeline.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try runner.takeOver(directory)
        try run("initdb", Self.initialisation + ["--pgdata", data.path])
        try startServer(readingFrom: pipe.fileHandleForReading)
        try waitUntilReady()
    }

    private var data: URL { directory.appending(path: "data") }

    private static let initialisation = [
        "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C",
        "--no-sync",
    ]

    /// Durability is switched off: the data of a test outlives nothing.
    ///
    /// The shell is bash: this process's children inherit a blocked SIGCHLD, with which dash would
    /// wait for ever.
    private func startServer(readingFrom lifeline: FileHandle) throws {
        let script = """
            trap '' INT TERM HUP
            "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off \
                -c full_page_writes=off -c max_connections=60 < /dev/null > "$2/log" 2>&1 &
            server=$!
            read -r line
            kill -INT $server
            wait $server
            rm -rf "$2"
            """
        let process = runner.process(
            "/bin/bash", ["-c", script, "nightshift-postgres", programs.path, directory.path])
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    private func waitUntilReady() throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        while true {
            do {
                try run("pg_isready", ["--quiet", "--host", directory.path])
                return
            } catch {
                guard Date() < deadline else { throw error }
                usleep(50_000)
            }
        }
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = runner.process(programs.appending(path: program).path, arguments)
        let errors = Pipe()
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PostgresServerError(
                reason: "\(program) ended with \(process.terminationStatus): "
                    + String(decoding: text, as: UTF8.self))
        }
    }

    /// Debian keeps the programs of each version in a folder of its own; others are in PATH.
    private static func findPrograms() throws -> URL {
        let root = URL(filePath: "/usr/lib/postgresql")
        // No such folder only means to look elsewhere.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let newestFirst = versions.sorted { (Double($0) ?? 0) > (Double($1) ?? 0) }
        let folders =
            newestFirst.map { root.appending(path: "\($0)/bin") }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(filePath: String($0)) }
        let found = folders.first { folder in
            ["initdb", "postgres", "createdb", "pg_isready"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: folder.appending(path: $0).path)
            }
        }
        guard let found else {
            throw PostgresServerError(
                reason: "initdb and postgres are neither in /usr/lib/postgresql/*/bin nor in PATH. "
                    + "Install them: apt-get install postgresql")
        }
        return found
    }
}

/// The tests' PostgreSQL server could not be started.
package struct PostgresServerError: Error, CustomStringConvertible {
    let reason: String

    package var description: String { "starting PostgreSQL for the tests: \(reason)" }
}
