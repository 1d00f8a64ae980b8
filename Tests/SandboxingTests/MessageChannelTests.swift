import Glibc
import Sandboxing
import Testing

@Suite("Channels to other processes") struct MessageChannelTests {
    private func channels() throws -> (MessageChannel, MessageChannel) {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (MessageChannel(socket: ends[0]), MessageChannel(socket: ends[1]))
    }

    @Test("carry bytes in their order, and leave what they were not asked for")
    func order() throws {
        let (one, other) = try channels()
        try one.send(Array(0..<100).span)
        var found: [UInt8] = [7]
        try other.receive(60, into: &found)
        #expect(found == Array(0..<60))
        try other.receive(40, into: &found)
        #expect(found[..<40] == Array(60..<100)[...] && found.count == 60)
    }

    @Test("wait no longer than asked, whether the other side is silent, slow or full")
    func late() throws {
        let (one, other) = try channels()
        var room: [UInt8] = []
        try one.send([1].span)
        #expect(throws: MessageChannel.Failure.late) {
            try other.receive(2, into: &room, milliseconds: 20)
        }
        let much = [UInt8](repeating: 0, count: 8 << 20)
        #expect(throws: MessageChannel.Failure.late) {
            try one.send(much.span, milliseconds: 20)
        }
    }

    @Test("say that nobody is there any more")
    func closed() throws {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let one = MessageChannel(socket: ends[0])
        close(ends[1])
        var room: [UInt8] = []
        #expect(throws: MessageChannel.Failure.closed) { try one.receive(1, into: &room) }
        #expect(throws: MessageChannel.Failure.closed) { try one.send([1].span) }
    }
}
