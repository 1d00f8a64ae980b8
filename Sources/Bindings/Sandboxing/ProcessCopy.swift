private import CSandbox
private import Glibc

/// A copy of this process that waits, and does nothing, until it is told to go on.
///
/// It has all libraries loaded already, which starting the program again takes 60 ms for.
@safe package final class ProcessCopy {
    /// How a process ended.
    package enum End: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    private let process: pid_t
    /// The copy's standard input: it ends with the original.
    private let lifeline: Int32
    /// Reports its end when the copy has ended.
    private let ending: Int32
    private var isStarted = false
    private var end: End?

    /// Copies this process, or answers nil where the kernel has no room for one.
    ///
    /// In the copy it returns only once the original has called ``start()``, and answers no object there; where the
    /// original ends before, so does the copy. The copy has a process group of its own, as a program that Foundation
    /// starts has, so that a terminal's interrupt reaches the original, which passes it on.
    ///
    /// - Precondition: this process has no thread but its first, except those of libraries that prepare for this.
    package static func make() -> (isCopy: Bool, copy: ProcessCopy?) {
        guard let toCopy = makeSockets() else { return (false, nil) }
        guard let fromCopy = makePipe() else {
            toCopy.forEach { close($0) }
            return (false, nil)
        }
        let process = csandbox_fork()
        guard process == 0 else {
            close(toCopy[0])
            close(fromCopy[1])
            guard process > 0 else {
                close(toCopy[1])
                close(fromCopy[0])
                return (false, nil)
            }
            let copy = ProcessCopy(process, lifeline: toCopy[1], ending: fromCopy[0])
            return (false, copy)
        }
        setpgid(0, 0)
        close(toCopy[1])
        close(fromCopy[0])
        waitForStart(toCopy[0])
        return (true, nil)
    }

    private init(_ process: pid_t, lifeline: Int32, ending: Int32) {
        self.process = process
        self.lifeline = lifeline
        self.ending = ending
    }

    /// Ends a copy that was never started; one that goes on learns that nobody waits for it.
    deinit {
        close(lifeline)
        var status: Int32 = 0
        if end == nil { _ = unsafe waitpid(process, &status, isStarted ? WNOHANG : 0) }
        close(ending)
    }

    /// Lets the copy go on.
    package func start() {
        isStarted = true
        var byte: UInt8 = 1
        // Where the copy is gone already, its end says so, and no signal ends this process.
        _ = unsafe send(lifeline, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    /// Sends it a signal.
    package func signal(_ number: Int32) {
        if end == nil { kill(process, number) }
    }

    /// Waits for the copy's end, but no longer than that, nor when a signal arrives; nil if it goes on.
    package func wait(milliseconds: Int32) -> End? {
        if let end { return end }
        var event = pollfd(fd: ending, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&event, 1, milliseconds)
        var status: Int32 = 0
        // Its end of the pipe may be closed a moment before it can be waited for.
        let options = event.revents == 0 ? WNOHANG : 0
        guard unsafe waitpid(process, &status, options) == process else { return nil }
        let number = status & 0x7F
        end = number == 0 ? .exited(status >> 8 & 0xFF) : .signalled(number)
        return end
    }

    /// Both ends of a pipe, the one to read from first; programs that are started do not get them.
    private static func makePipe() -> [Int32]? {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    /// The same of a pair of sockets, which can be written to when nobody reads any more.
    static func makeSockets() -> [Int32]? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        return unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 ? ends : nil
    }

    /// Standard input becomes the socket, whose end a copy can watch for.
    private static func waitForStart(_ socket: Int32) {
        var byte: UInt8 = 0
        var count = 0
        repeat { count = unsafe read(socket, &byte, 1) } while count < 0 && errno == EINTR
        guard count == 1, dup2(socket, STDIN_FILENO) == STDIN_FILENO else { _exit(70) }
        if socket != STDIN_FILENO { close(socket) }
    }
}
