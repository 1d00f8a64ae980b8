import Foundation
import Serving

/// A WebSocket client on a plain socket, which can break every rule that a robot keeps.
final class RobotClient {
    struct Frame: Equatable {
        let opcode: UInt8
        let payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close frame.
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    struct Broken: Error, CustomStringConvertible { let description: String }

    private let descriptor: Int32
    private var unread: [UInt8] = []

    /// Connects; the handshake is ``shakeHands(headers:)``.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // No test waits longer for a server that says nothing.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Broken(description: "connect: \(errno)") }
    }

    deinit { close(descriptor) }

    /// A client that has shaken hands and read the metadata.
    static func connected(port: Int, headers: [String] = []) throws -> (RobotClient, MessageValue) {
        let client = try RobotClient(port: port)
        let status = try client.shakeHands(headers: headers)
        guard status.hasPrefix("HTTP/1.1 101") else { throw Broken(description: status) }
        let greeting = try client.receive()
        guard greeting.opcode == 2 else { throw Broken(description: greeting.text) }
        return (client, try MessageDecoder.decode(greeting.payload))
    }

    /// Asks for a WebSocket, and returns the head of the answer.
    func shakeHands(headers: [String] = []) throws -> String {
        let lines =
            [
                "GET / HTTP/1.1", "Host: robot", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            ] + headers
        return try request(lines)
    }

    /// Sends the lines of a request, and returns the head of the answer.
    func request(_ lines: [String]) throws -> String {
        try write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try read(1) }
        return String(decoding: head, as: UTF8.self)
    }

    /// Everything until the server closes.
    func rest() throws -> [UInt8] {
        var all = unread
        unread = []
        while let more = try readSome() { all += more }
        return all
    }

    func send(
        _ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, isMasked: Bool = true
    ) throws {
        var bytes: [UInt8] = [(isLast ? 0x80 : 0) | opcode]
        let mark: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case 0...125: bytes.append(mark | UInt8(payload.count))
        case 126...0xffff: bytes += [mark | 126] + Self.bigEndian(payload.count, 2)
        default: bytes += [mark | 127] + Self.bigEndian(payload.count, 8)
        }
        let key: [UInt8] = [1, 2, 3, 4]
        if isMasked { bytes += key }
        bytes += payload.enumerated().map { isMasked ? $1 ^ key[$0 % 4] : $1 }
        try write(bytes)
    }

    func send(_ value: MessageValue) throws { try send(2, MessageEncoder.encode(value)) }

    /// The next frame.
    func receive() throws -> Frame {
        let head = try read(2)
        var count = Int(head[1] & 0x7f)
        if count == 126 { count = try read(2).reduce(0) { $0 << 8 | Int($1) } }
        if count == 127 { count = try read(8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(opcode: head[0] & 0x0f, payload: try read(count))
    }

    /// Frames up to the first with this opcode.
    func receive(until opcode: UInt8) throws -> [Frame] {
        var frames = [try receive()]
        while frames.last?.opcode != opcode { frames.append(try receive()) }
        return frames
    }

    /// The reply to an observation.
    func infer(_ observation: MessageValue) throws -> MessageValue {
        try send(observation)
        let frame = try receive()
        guard frame.opcode == 2 else { throw Broken(description: frame.text) }
        return try MessageDecoder.decode(frame.payload)
    }

    func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken(description: "send: \(errno)") }
            start += count
        }
    }

    /// Sends pings until the server has taken none for a second; returns the bytes that went.
    func pingUntilStuck(limit: Int) throws -> Int {
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let ping = [0x89, 0xfd, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 125)
        let pings = Array(repeatElement(ping, count: 500).joined())
        var sent = 0
        while sent < limit {
            let start = sent % pings.count
            let count = pings[start...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                guard errno == EAGAIN else { throw Broken(description: "send: \(errno)") }
                return sent
            }
            sent += count
        }
        return sent
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard let more = try readSome() else {
                throw Broken(description: "the server closed after \(unread.count) bytes")
            }
            unread += more
        }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    private func readSome() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Broken(description: "recv: \(errno)") }
        return count == 0 ? nil : Array(buffer.prefix(count))
    }

    private static func bigEndian(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
