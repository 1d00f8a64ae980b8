import Cameras
import Foundation
import PictureDecoding
import Sandboxing

// Decodes recorded pictures for the stages, which start it, through its standard input. It gives up everything before it
// reads the first byte that a stranger recorded: docs/adr/0006-pictures-in-a-process-of-their-own.md.

/// Address space: the largest picture has 200 MB, and a video's decoder keeps a few.
let memoryLimit = 4 << 30

do {
    var service = PictureService()
    try Sandbox.limit(memoryBytes: memoryLimit, openFiles: 16)
    let answers = [
        try Sandbox.confineFiles(readable: [], writable: []), try Sandbox.denyNetwork(),
    ]
    if answers.contains(.unknownToKernel) {
        FileHandle.standardError.write(
            Data(
                ("warning: this kernel cannot keep the process that decodes pictures from files "
                    + "and the network; Linux 5.19 or newer with Landlock and seccomp can\n").utf8))
    }
    let channel = MessageChannel(socket: STDIN_FILENO)
    try channel.send(DecodingReply.greeting.bytes.span)
    while true { try service.answer(channel) }
} catch MessageChannel.Failure.closed {
    exit(0)
} catch {
    FileHandle.standardError.write(
        Data(
            "error: decode-pictures: \(error); the stages start it, and tell it what to decode\n"
                .utf8))
    exit(70)
}
