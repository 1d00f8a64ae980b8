private import Glibc

/// Bytes to and from another process, in the order in which they were sent; use it on one thread at a time.
@safe package final class MessageChannel {
    /// Why bytes did not get through.
    package enum Failure: Error, Equatable {
        /// The other side has ended.
        case closed
        /// The time given is over.
        case late
    }

    private let descriptor: Int32

    /// A channel of a socket, which it closes in the end.
    package init(socket: Int32) { descriptor = socket }

    deinit { close(descriptor) }

    /// Sends all of `bytes`; waits as long as the other side reads nothing, at most `milliseconds` at once.
    package func send(_ bytes: Span<UInt8>, milliseconds: Int32 = -1) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT), milliseconds)
            // Sound: the span is alive, and `sent` inside it.
            let count = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.send(
                    descriptor, source.baseAddress.map { unsafe $0 + sent }, source.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .closed }
            sent += count
        }
    }

    /// Reads `count` bytes into the start of `target`, which grows where it is too small.
    package func receive(
        _ count: Int, into target: inout [UInt8], milliseconds: Int32 = -1
    ) throws(Failure) {
        if target.count < count {
            target.append(contentsOf: repeatElement(0, count: count - target.count))
        }
        var received = 0
        while received < count {
            try wait(for: Int16(POLLIN), milliseconds)
            // Sound: the array has `count` bytes at least.
            let part = unsafe target.withUnsafeMutableBytes { room in
                unsafe recv(
                    descriptor, room.baseAddress.map { unsafe $0 + received }, count - received, 0)
            }
            if part < 0, errno == EINTR || errno == EAGAIN { continue }
            guard part > 0 else { throw .closed }
            received += part
        }
    }

    private func wait(for event: Int16, _ milliseconds: Int32) throws(Failure) {
        guard milliseconds >= 0 else { return }
        var polled = pollfd(fd: descriptor, events: event, revents: 0)
        var status: Int32
        repeat { status = unsafe poll(&polled, 1, milliseconds) } while status < 0 && errno == EINTR
        if status == 0 { throw .late }
    }
}
