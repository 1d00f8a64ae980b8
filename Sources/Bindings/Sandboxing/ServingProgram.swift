private import CSandbox
private import Glibc

/// A program of ours that was started, and talks through its standard input; it ends with this object.
@safe package final class ServingProgram {
    /// The program could not be started.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// To and from the program.
    package let channel: MessageChannel
    private let process: pid_t
    private static let libraries = "LD_LIBRARY_PATH"
    private var hasEnded = false

    /// Starts the program without arguments, open files and environment, but for where libraries are.
    package init(path: String) throws(Failure) {
        guard let ends = ProcessCopy.makeSockets() else { throw Self.failure(path, errno) }
        let (own, theirs) = (ends[0], ends[1])
        defer { close(theirs) }
        channel = MessageChannel(socket: own)
        var actions = unsafe posix_spawn_file_actions_t()
        // Sound: initialised here, destroyed below; arguments live until the call returns.
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO)
        // The result of whoever starts it is alone on standard output.
        unsafe posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        unsafe csandbox_close_others(&actions)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A terminal's interrupt reaches whoever started it, who goes on to use it until it is done.
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var child: pid_t = 0
        let name = unsafe strdup(path)
        defer { unsafe free(name) }
        var arguments = unsafe [name, nil]
        // What else is there may hold a database's password.
        let libraries = unsafe getenv(Self.libraries).map { unsafe String(cString: $0) }
        let variable = unsafe libraries.flatMap { unsafe strdup("\(Self.libraries)=\($0)") }
        defer { unsafe free(variable) }
        var environment = unsafe [variable, nil]
        let status = unsafe posix_spawn(
            &child, path, &actions, &attributes, &arguments, &environment)
        guard status == 0 else { throw Self.failure(path, status) }
        process = child
    }

    deinit {
        guard !hasEnded else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
    }

    /// Says by which signal the program has ended, because its channel is closed; nil where by none.
    ///
    /// One that goes on is ended.
    package func end() -> Int32? {
        guard !hasEnded else { return nil }
        hasEnded = true
        var status: Int32 = 0
        // Its end of the channel is closed a moment before it can be waited for.
        for _ in 0..<200 {
            if unsafe waitpid(process, &status, WNOHANG) != 0 {
                let signal = status & 0x7F
                return signal == 0 ? nil : signal
            }
            usleep(500)
        }
        kill(process, SIGKILL)
        _ = unsafe waitpid(process, &status, 0)
        return nil
    }

    private static func failure(_ path: String, _ code: Int32) -> Failure {
        Failure(description: "\(path) cannot be started: \(unsafe String(cString: strerror(code)))")
    }
}
