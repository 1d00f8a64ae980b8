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

    /// Sends all of `bytes`, within `milliseconds` where that is not nil.
    package func send(_ bytes: Span<UInt8>, milliseconds: Int? = nil) throws(Failure) {
        let end = milliseconds.map { Self.now + $0 }
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT), until: end)
            // Sound: the span is alive, and `sent` inside it.
            let count = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.send(
                    descriptor, source.baseAddress.map { unsafe $0 + sent }, source.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .closed }
            sent += count
        }
    }

    /// Reads `count` bytes into the start of `target`, which grows where it is too small, within `milliseconds` where
    /// that is not nil.
    package func receive(
        _ count: Int, into target: inout [UInt8], milliseconds: Int? = nil
    ) throws(Failure) {
        let end = milliseconds.map { Self.now + $0 }
        if target.count < count {
            target.append(contentsOf: repeatElement(0, count: count - target.count))
        }
        var received = 0
        while received < count {
            try wait(for: Int16(POLLIN), until: end)
            // Sound: the array has `count` bytes at least.
            let part = unsafe target.withUnsafeMutableBytes { room in
                unsafe recv(
                    descriptor, room.baseAddress.map { unsafe $0 + received }, count - received,
                    Int32(MSG_DONTWAIT))
            }
            if part < 0, errno == EINTR || errno == EAGAIN { continue }
            guard part > 0 else { throw .closed }
            received += part
        }
    }

    private func wait(for event: Int16, until end: Int?) throws(Failure) {
        var polled = pollfd(fd: descriptor, events: event, revents: 0)
        var status: Int32
        repeat {
            let left = end.map { max(0, min($0 - Self.now, Int(Int32.max))) } ?? -1
            status = unsafe poll(&polled, 1, Int32(left))
        } while status < 0 && errno == EINTR
        if status == 0 { throw .late }
    }

    /// Milliseconds of a clock that is never set.
    private static var now: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
